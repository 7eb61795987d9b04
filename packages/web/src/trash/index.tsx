import { WithStrings } from '../i18n/with-strings.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { TrashPage } from './trash-page.tsx';

export function TrashScreen() {
  return (
    <WithStrings namespace="trash" strings={{ en, 'zh-CN': zhCN }}>
      <TrashPage />
    </WithStrings>
  );
}
