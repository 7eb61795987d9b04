import type { Call, Handler, Route } from '../router.ts';
import { type ChangeHandler, type ChangeRouteDeps, changeRoutes } from './changes/change-routes.ts';
import { settle } from './changes/settle.ts';
import { about, areaCountryCode, inviteCode, transferAllowance, vip } from './about.ts';
import type { Drive, Drives } from './drive.ts';
import { driveOf, type FilesDeps, getFile, listFiles } from './files.ts';
import type { Guard } from './guard.ts';
import { begunToday } from '../offline/create-offline.ts';
import { listEvents } from './events.ts';

/** What the drive service works with. */
export interface DriveDeps extends FilesDeps, ChangeRouteDeps {
  readonly guard: Guard;
  readonly drives: Drives;
}

/** Answers a change to the drive of whoever asks, as it is at this moment. */
export function ownChange(deps: DriveDeps): (answer: ChangeHandler) => Handler {
  return (answer) => (call) => answer({ drive: presentDrive(deps, call), call });
}

/** The drive service, host label `api-drive` (protocol reference §3–5, Appendix B). */
export function driveRoutes(deps: DriveDeps): Route[] {
  const own =
    (answer: (drive: Drive, call: Call) => object | Promise<object>): Handler =>
    (call) =>
      answer(presentDrive(deps, call), call);
  const get = (pattern: string, handler: Handler): Route => ({ method: 'GET', pattern, handler });
  return [
    get(
      '/drive/v1/files',
      own((drive, call) => listFiles(deps, drive, call)),
    ),
    get(
      '/drive/v1/files/:id',
      own((drive, call) => getFile(deps, drive, call)),
    ),
    get(
      '/drive/v1/about',
      own((drive) => about(drive, begunToday(deps, drive), deps.rules.offlinePerDay)),
    ),
    get('/drive/v1/privilege/vip', own(vip)),
    get(
      '/drive/v1/privilege/area_country_code',
      own((_drive, call) => areaCountryCode(call)),
    ),
    get('/vip/v1/quantity/list', own(transferAllowance)),
    get('/vip/v1/activity/inviteCode', own(inviteCode)),
    get('/drive/v1/events', own(listEvents)),
    ...changeRoutes(deps, ownChange(deps)),
  ];
}

/** The drive of whoever asks, as it is at this moment. */
function presentDrive(deps: DriveDeps, call: Call): Drive {
  const drive = driveOf(deps.drives, deps.guard.account(call.request));
  settle(deps, drive);
  return drive;
}
