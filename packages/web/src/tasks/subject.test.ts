import { expect, test } from 'bun:test';
import { subjectOf } from './subject.ts';

test.each([
  [
    'download https://a.test/f%20(1).zip to (/demo/My (new) folder)',
    { what: 'f (1).zip', from: 'https://a.test/f%20(1).zip', to: '/demo/My (new) folder' },
  ],
  ['copy [/local](/a/b.mp4) to [/demo](/films)', { what: 'b.mp4', from: '/local/a', to: '/demo/films' }],
  ['move [/local](/a) to [/demo](/)', { what: 'a', from: '/local', to: '/demo' }],
  ['upload x.bin to [/demo](/in)', { what: 'x.bin', from: '', to: '/demo/in' }],
  ['feed My films to (/demo/in)', { what: 'My films', from: '', to: '/demo/in' }],
  ['something new', { what: 'something new', from: '', to: undefined }],
])('%s', (name, subject) => {
  expect(subjectOf({ name })).toEqual(subject);
});
