import { ROOT } from '../core/path.ts';
import type { StorageInput } from './service.ts';

/** A storage before anything was said about it (API reference §14.3). */
export const NEW_STORAGE: StorageInput = {
  mountPath: ROOT,
  order: 0,
  driver: '',
  cacheExpiration: 30,
  addition: {},
  remark: '',
  disabled: false,
  disableIndex: false,
  enableSign: false,
  orderBy: '',
  orderDirection: '',
  extractFolder: '',
  webProxy: false,
  webdavPolicy: 'auto',
  proxyRange: false,
  downProxyUrl: '',
  downProxySign: true,
};
