import { createHash } from 'node:crypto';
import type { Random } from '../../core/runtime.ts';
import type { Platform } from './platforms.ts';

/**
 * Proof of being a known client program, for captcha tokens (protocol reference §1.8).
 *
 * @param timestamp Unix milliseconds as decimal text; the request must carry the same text.
 */
export function captchaSign(platform: Platform, deviceId: string, timestamp: string): string {
  const base = platform.clientId + platform.clientVersion + platform.packageName + deviceId + timestamp;
  return `1.${platform.salts.reduce((signed, salt) => hex('md5', signed + salt), base)}`;
}

/** A device's mark in the Android user agent (protocol reference §1.5). */
export function deviceSign(deviceId: string, packageName: string): string {
  const sha1 = hex('sha1', `${deviceId}${packageName}1appkey`);
  return `div101.${deviceId}${hex('md5', sha1)}`; // of the hex text, not of the bytes
}

/** A random device id, shaped as a version 4 UUID without dashes. Made once for an account: a new one looks like a new device. */
export function newDeviceId(random: Random): string {
  const bytes = Uint8Array.from(random.bytes(16));
  bytes.set([((bytes[6] ?? 0) & 0x0f) | 0x40], 6);
  bytes.set([((bytes[8] ?? 0) & 0x3f) | 0x80], 8);
  return Buffer.from(bytes).toString('hex');
}

/** Tells secrets apart without keeping them. */
export function fingerprint(...secrets: readonly string[]): string {
  return hex('sha256', JSON.stringify(secrets));
}

function hex(algorithm: 'md5' | 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}
