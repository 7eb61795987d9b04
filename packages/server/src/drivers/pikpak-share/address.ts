import type { ShareAddresses, SharedPlace } from '../../core/share-address.ts';
import { API_ROOTS } from '../pikpak/platforms.ts';

const ID = /^[\w-]{1,128}$/;
const PASS_CODE_LABEL = /^(?:pwd|pass[ _-]?code|password|code|提取码|访问码|密码)\s*[:：=]?\s*/i;

/**
 * Reads a share's id, or its address with or without scheme (protocol reference §6.1), with a pass code in the address or behind it.
 * undefined for text that is neither.
 *
 * @example parseShareAddress('https://mypikpak.com/s/VNabc/VNdef?pwd=k7pm') // share VNabc, at VNdef, code k7pm
 */
export function parseShareAddress(text: string): SharedPlace | undefined {
  const [head = '', ...tail] = text.trim().split(/\s+/);
  const passCode = passCodeIn(tail.join(' '));
  if (passCode === undefined) return undefined;
  if (ID.test(head)) return { shareId: head, passCode, targetId: '' };
  return parseUrl(head, passCode);
}

const HOSTS = API_ROOTS.map((root) => root.replaceAll('.', '\\.')).join('|');

/** PikPak's share addresses as any text may hold them (protocol reference §6.1). */
export const shareAddresses: ShareAddresses = {
  brand: 'PikPak',
  pattern: new RegExp(
    `(?<![\\w.@-])(?:https?://)?(?:www\\.)?(?:${HOSTS})(?=/)(?:/[\\w.~%-]*)*(?:\\?[\\w=&%.~;-]*)?(?:#[\\w-]*)?`,
    'gi',
  ),
  read: (address) => parseUrl(address, ''),
  additionOf: ({ shareId, passCode, targetId }) => ({
    share_id: shareId,
    share_pwd: passCode,
    root_folder_id: targetId,
  }),
  placeOf(addition) {
    const text = (name: string): string => {
      const value = addition[name];
      return typeof value === 'string' ? value.trim() : '';
    };
    const place = parseShareAddress(text('share_id'));
    if (place === undefined) return undefined;
    const { shareId, passCode, targetId } = place;
    return {
      shareId,
      passCode: text('share_pwd') || passCode,
      targetId: text('root_folder_id') || targetId,
    };
  },
};

function parseUrl(text: string, passCodeBehind: string): SharedPlace | undefined {
  const url = URL.parse(text.includes('://') ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || !isPikPakHost(url.hostname)) return undefined;
  const [section, shareId, ...ids] = url.pathname.split('/').filter((segment) => segment !== '');
  if (section !== 's' || shareId === undefined || ![shareId, ...ids].every((id) => ID.test(id))) {
    return undefined;
  }
  const inUrl = url.searchParams.get('pwd') || url.searchParams.get('pass_code') || '';
  return { shareId, passCode: inUrl || passCodeBehind, targetId: ids.at(-1) ?? '' };
}

function isPikPakHost(host: string): boolean {
  return API_ROOTS.some((root) => host === root || host === `www.${root}`);
}

/** The code in `7k2m` and `pwd: 7k2m`, '' in nothing; undefined when there is more than that. */
function passCodeIn(text: string): string | undefined {
  const code = text.replace(PASS_CODE_LABEL, '');
  return /^\S*$/.test(code) && (code !== '' || text === '') ? code : undefined;
}
