import { afterEach, describe, expect, test } from 'bun:test';
import { type DoorFixture, startDoors } from '../testing/fixture.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function doors(): Promise<DoorFixture> {
  const fixture = await startDoors();
  cleanups.push(fixture.close);
  return fixture;
}

const data = (text: string) => JSON.parse(text).data;

/** The body of a create, as alist_batch sends it (reference §8.3). */
function storage(addition: object = {}, fields: object = {}): object {
  return {
    mount_path: '/Movies/Example',
    order: 0,
    remark: '',
    cache_expiration: 30,
    web_proxy: false,
    webdav_policy: '302_redirect',
    down_proxy_url: '',
    order_by: '',
    order_direction: '',
    extract_folder: '',
    enable_sign: false,
    driver: 'Memory',
    addition: JSON.stringify({ share_id: 'VN1', ...addition }),
    ...fields,
  };
}

describe('storages', () => {
  test('addresses in error texts are masked by as many stars as they have bytes', async () => {
    const { api } = await doors();
    const text = await api('/admin/storage/create', storage({ broken: true }));
    expect(JSON.parse(text).message).toContain('The cloud at *********** says no.');
  });

  test('one that works is added and listed', async () => {
    const { api } = await doors();
    expect(await api('/admin/storage/create', storage())).toBe(
      '{"code":200,"message":"success","data":{"id":1}}',
    );
    const list = data(await api('/admin/storage/list'));
    expect(list.total).toBe(1);
    expect(list.content[0]).toMatchObject({
      id: 1,
      mount_path: '/Movies/Example',
      driver: 'Memory',
      cache_expiration: 30,
      status: 'work',
      addition: '{"share_id":"VN1"}',
      modified: '2024-05-01T12:00:00Z',
      webdav_policy: '302_redirect',
      down_proxy_sign: true,
      disable_proxy_sign: false,
    });
  });

  test('one that does not work is kept, and its id comes with the reason', async () => {
    const { api } = await doors();
    const answer = JSON.parse(await api('/admin/storage/create', storage({ broken: true })));
    expect(answer).toMatchObject({
      code: 500,
      data: { id: 1, state: { state: 'degraded', remedy: 'Try <b>later</b>.' } },
    });
    expect(answer.message).toStartWith(
      'failed init storage but storage is already created: failed init storage: The cloud at',
    );
    expect(data(await api('/admin/storage/list')).total).toBe(1);
  });

  test('settings that do not hold name their field', async () => {
    const { api } = await doors();
    expect(JSON.parse(await api('/admin/storage/create', storage({ share_id: undefined })))).toEqual({
      code: 400,
      message: 'share_id: is needed',
      data: { id: 0, problems: [{ field: 'share_id', message: 'is needed' }] },
    });
    const text = await api('/admin/storage/create', storage({}, { addition: '[1]' }));
    expect(JSON.parse(text)).toMatchObject({ code: 400, data: { problems: [{ field: 'addition' }] } });
  });

  test('a taken mount path and an unknown driver leave nothing behind', async () => {
    const { api } = await doors();
    await api('/admin/storage/create', storage());
    expect(JSON.parse(await api('/admin/storage/create', storage()))).toMatchObject({
      code: 500,
      message: 'failed create storage in database: UNIQUE constraint failed: x_storages.mount_path',
      data: { id: 0 },
    });
    const text = await api('/admin/storage/create', storage({}, { mount_path: '/b', driver: 'Nope' }));
    expect(JSON.parse(text)).toMatchObject({ code: 500, data: { id: 0 } });
    expect(data(await api('/admin/storage/list')).total).toBe(1);
  });

  test('a field that is not sent keeps its value on update', async () => {
    const { api } = await doors();
    await api('/admin/storage/create', storage({}, { web_proxy: true, remark: 'mine', order_by: 'size' }));
    expect(await api('/admin/storage/update', { id: 1, order: 7 })).toContain('"data":null');
    expect(data(await api('/admin/storage/get?id=1'))).toMatchObject({
      order: 7,
      web_proxy: true,
      remark: 'mine',
      order_by: 'size',
      addition: '{"share_id":"VN1"}',
    });
  });

  test('of the two names of one switch the changed one counts', async () => {
    const { api } = await doors();
    await api('/admin/storage/create', storage());
    await api('/admin/storage/update', { id: 1, down_proxy_sign: true, disable_proxy_sign: true });
    expect(data(await api('/admin/storage/get?id=1'))).toMatchObject({ down_proxy_sign: false });
    await api('/admin/storage/update', { id: 1, down_proxy_sign: true, disable_proxy_sign: true });
    expect(data(await api('/admin/storage/get?id=1'))).toMatchObject({ disable_proxy_sign: false });
  });

  test('a failing update answers with the id', async () => {
    const { api } = await doors();
    await api('/admin/storage/create', storage());
    const addition = '{"share_id":"VN1","broken":true}';
    expect(JSON.parse(await api('/admin/storage/update', { id: 1, addition }))).toMatchObject({
      code: 500,
      data: { id: 1 },
    });
    expect(JSON.parse(await api('/admin/storage/update', { id: 1, driver: 'Other' }))).toMatchObject({
      message: 'driver cannot be changed',
      data: { id: 1 },
    });
  });

  test('is disabled, enabled and deleted by query, whatever the body', async () => {
    const { api } = await doors();
    await api('/admin/storage/create', storage());
    expect(await api('/admin/storage/disable?id=1', '')).toContain('"code":200');
    expect(await api('/admin/storage/disable?id=1', '{')).toContain('this storage have disabled');
    expect(data(await api('/admin/storage/get?id=1')).status).toBe('disabled');
    expect(await api('/admin/storage/enable?id=1', '')).toContain('"code":200');
    expect(await api('/admin/storage/enable?id=1', '')).toContain('this storage have enabled');
    expect(await api('/admin/storage/delete?id=1', '')).toContain('"code":200');
    expect(await api('/admin/storage/delete?id=1', '')).toContain('"code":500');
    expect(await api('/admin/storage/delete?id=x', '')).toContain('"code":400');
  });
});

describe('drivers', () => {
  test('the form has the common fields in their order and the own fields behind', async () => {
    const { api } = await doors();
    const form = data(await api('/admin/driver/info?driver=Memory'));
    expect(form.common.map(({ name }: { name: string }) => name)).toEqual([
      'mount_path',
      'order',
      'remark',
      'cache_expiration',
      'web_proxy',
      'webdav_policy',
      'down_proxy_url',
      'down_proxy_sign',
      'order_by',
      'order_direction',
      'extract_folder',
      'disable_index',
      'enable_sign',
    ]);
    expect(form.additional[1]).toEqual({
      name: 'platform',
      type: 'select',
      default: 'web',
      options: 'android,web',
      required: false,
      help: '',
      label: 'Platform',
      secret: false,
      advanced: false,
    });
    expect(form.config).toMatchObject({
      name: 'Memory',
      local_sort: true,
      no_upload: true,
      only_local: false,
    });
  });

  test('names and unknown drivers', async () => {
    const { api } = await doors();
    expect(data(await api('/admin/driver/names'))).toEqual(['Memory']);
    expect(JSON.parse(await api('/admin/driver/info?driver=Nope'))).toEqual({
      code: 404,
      message: 'driver [Nope] not found',
      data: null,
    });
    expect(Object.keys(data(await api('/admin/driver/list')))).toEqual(['Memory']);
  });
});
