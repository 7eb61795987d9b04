import { describe, expect, test } from 'bun:test';
import {
  arrangeFields,
  type DriverForm,
  initialValues,
  missingFields,
  readDriverForms,
  requestBody,
} from './storage-form.ts';

const [pikpak] = readDriverForms({
  PikPak: {
    common: [
      { name: 'mount_path', type: 'string', required: true, default: '', options: '', help: '' },
      { name: 'order', type: 'number', required: false, default: '', options: '', help: '' },
      { name: 'web_proxy', type: 'bool', required: false, default: '', options: '', help: '' },
    ],
    additional: [
      {
        name: 'password',
        type: 'string',
        required: false,
        default: '',
        options: '',
        help: '',
        label: 'Password',
        secret: true,
      },
      {
        name: 'platform',
        type: 'select',
        required: true,
        default: 'web',
        options: 'android,web,pc',
        help: '',
        advanced: true,
      },
      { name: 'disable_media_link', type: 'bool', required: false, default: 'true', options: '', help: '' },
    ],
  },
});

function form(): DriverForm {
  if (pikpak === undefined) throw new Error('the driver list was not read');
  return pikpak;
}

describe('the storage form', () => {
  test('shows the mount path first, then the driver’s own fields, and folds away what few need, the driver’s first', () => {
    const { shown, folded } = arrangeFields(form());
    expect(shown.map(({ name }) => name)).toEqual([
      'mount_path',
      'password',
      'disable_media_link',
      'web_proxy',
    ]);
    expect(folded.map(({ name }) => name)).toEqual(['platform', 'order']);
  });

  test('begins with the driver’s defaults', () => {
    expect(initialValues(form(), {}, {})).toEqual({
      mount_path: '',
      order: '',
      web_proxy: false,
      password: '',
      platform: 'web',
      disable_media_link: true,
    });
  });

  test('begins with what is stored, each value from its own place', () => {
    const values = initialValues(
      form(),
      { mount_path: '/a', order: 3 },
      { platform: 'pc', disable_media_link: false },
    );
    expect(values).toMatchObject({ mount_path: '/a', order: '3', platform: 'pc', disable_media_link: false });
  });

  test('sends the driver’s fields as JSON text and numbers as numbers', () => {
    const body = requestBody(form(), {
      mount_path: '/a',
      order: '7',
      web_proxy: true,
      password: 'x',
      platform: 'web',
    });
    expect(body).toEqual({
      mount_path: '/a',
      order: 7,
      web_proxy: true,
      driver: 'PikPak',
      addition: '{"password":"x","platform":"web","disable_media_link":false}',
    });
  });

  test('names required fields that are empty', () => {
    expect(missingFields(form(), { mount_path: ' ' })).toEqual(['mount_path']);
    expect(missingFields(form(), { mount_path: '/a' })).toEqual([]);
  });
});
