import 'i18next';
import type { en as appPasswords } from '../app-passwords/strings/en.ts';
import type { en as arranging } from '../arranging/strings/en.ts';
import type { en as manage } from '../manage/strings/en.ts';
import type { en as offline } from '../offline/strings/en.ts';
import type { en as picker } from '../picker/strings/en.ts';
import type { en as shareOut } from '../share-out/strings/en.ts';
import type { en as shares } from '../shares/strings/en.ts';
import type { en as settings } from '../manage/settings/strings/en.ts';
import type { en } from '../strings/en.ts';
import type { en as tasks } from '../tasks/strings/en.ts';
import type { en as trash } from '../trash/strings/en.ts';
import type { en as uploads } from '../uploads/strings/en.ts';
import type { en as viewers } from '../viewers/strings/en.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    readonly defaultNS: 'translation';
    readonly resources: {
      readonly translation: typeof en;
      readonly 'app-passwords': typeof appPasswords;
      readonly arranging: typeof arranging;
      readonly manage: typeof manage;
      readonly offline: typeof offline;
      readonly picker: typeof picker;
      readonly settings: typeof settings;
      readonly 'share-out': typeof shareOut;
      readonly shares: typeof shares;
      readonly tasks: typeof tasks;
      readonly trash: typeof trash;
      readonly uploads: typeof uploads;
      readonly viewers: typeof viewers;
    };
  }
}
