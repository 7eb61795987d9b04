export { createCloud } from './create-cloud.ts';
export {
  createFaults,
  type DownloadFault,
  type Fault,
  type FaultMatch,
  type FaultRule,
  type Faults,
} from './faults.ts';
export { ROOTS } from './hosts.ts';
export { FaultFormatError, parseFault } from './parse-fault.ts';
