import type { Lock } from '../../resources/locks.ts';
import { escapeXml } from './xml/write.ts';

/** A lock as `lockdiscovery` tells it (RFC 4918 §14.1). `root` is the href of what was locked. */
export function activeLock(lock: Lock, root: string): string {
  return [
    '<D:activelock>',
    '<D:locktype><D:write/></D:locktype>',
    `<D:lockscope><D:${lock.exclusive ? 'exclusive' : 'shared'}/></D:lockscope>`,
    `<D:depth>${lock.deep ? 'infinity' : '0'}</D:depth>`,
    lock.owner === '' ? '' : `<D:owner>${lock.owner}</D:owner>`,
    `<D:timeout>Second-${lock.timeoutS}</D:timeout>`,
    `<D:locktoken><D:href>${escapeXml(lock.token)}</D:href></D:locktoken>`,
    `<D:lockroot><D:href>${escapeXml(root)}</D:href></D:lockroot>`,
    '</D:activelock>',
  ].join('');
}
