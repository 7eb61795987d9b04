import { WithStrings } from '../i18n/with-strings.tsx';
import { FeedDialog, type FeedDialogProps } from './feed-dialog.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';

/** The form for a feed, with its words. */
export default function FeedDialogs(props: FeedDialogProps) {
  return (
    <WithStrings namespace="offline" strings={{ en, 'zh-CN': zhCN }}>
      <FeedDialog {...props} />
    </WithStrings>
  );
}
