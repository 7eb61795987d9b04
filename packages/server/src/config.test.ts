import { describe, expect, test } from 'bun:test';
import manifest from '../package.json' with { type: 'json' };
import { readConfig, StartError, VERSION } from './config.ts';

describe('readConfig', () => {
  test('an empty environment gives the defaults', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 5244,
      data: './data',
      adminPassword: undefined,
      secretKey: undefined,
      trustedProxies: '',
      logLevel: 'info',
    });
  });

  test('the environment is overridden by flags, and blank values are absent', () => {
    const env = { SLUICE_HOST: '0.0.0.0', SLUICE_PORT: '80', SLUICE_DATA: ' ', SLUICE_LOG: 'WARN' };
    expect(readConfig(env, { port: '8080' })).toMatchObject({
      host: '0.0.0.0',
      port: 8080,
      data: './data',
      logLevel: 'warn',
    });
  });

  test.each([
    [{ SLUICE_PORT: '65536' }, 'SLUICE_PORT'],
    [{ SLUICE_PORT: '80a' }, '80a'],
    [{ SLUICE_PORT: '-1' }, '-1'],
    [{ SLUICE_LOG: 'loud' }, 'loud'],
    [{ SLUICE_DATABASE_URL: 'postgres://x' }, 'SLUICE_DATABASE_URL'],
    [{ SLUICE_SECRET_KEY: 'short' }, 'SLUICE_SECRET_KEY'],
  ])('%p stops the start by name', (env, named) => {
    expect(() => readConfig(env)).toThrow(StartError);
    expect(() => readConfig(env)).toThrow(named);
  });

  test('offload needs hosts and a trusted proxy, and nothing is offloaded by default', () => {
    const on = { SLUICE_OFFLOAD: 'x-accel' };
    expect(() => readConfig(on)).toThrow(/SLUICE_OFFLOAD_HOSTS.*SLUICE_TRUSTED_PROXIES/);
    const whole = { ...on, SLUICE_OFFLOAD_HOSTS: '*.A.test, b.test', SLUICE_TRUSTED_PROXIES: '127.0.0.1' };
    expect(readConfig(whole).offload).toEqual({ hosts: ['*.a.test', 'b.test'] });
    expect(readConfig({}).offload).toBeUndefined();
    expect(() => readConfig({ ...whole, SLUICE_OFFLOAD: 'sendfile' })).toThrow('x-accel');
    expect(() => readConfig({ ...whole, SLUICE_OFFLOAD_HOSTS: '*' })).toThrow('"*"');
  });

  test('all problems are told together, and no secret among them', () => {
    const env = { SLUICE_PORT: 'x', SLUICE_LOG: 'loud', SLUICE_SECRET_KEY: 'hunter2' };
    expect(() => readConfig(env)).toThrow(/^The port .*\nSLUICE_SECRET_KEY .*\nThe log level .*$/);
    expect(() => readConfig(env)).not.toThrow('hunter2');
  });
});

test('the version is the one of the package', () => {
  expect(VERSION).toBe(manifest.version);
});
