import { WithStrings } from '../i18n/with-strings.tsx';
import type { FetchWish } from './fetch-context.ts';
import { LinkDialog } from './link-dialog.tsx';
import { PastedDialog } from './pasted-dialog.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';

export interface FetchDialogsProps {
  readonly wish: FetchWish;
  readonly onChange: (wish: FetchWish) => void;
  readonly onClose: () => void;
}

/** What was pasted, to choose from; or the form for links. */
export default function FetchDialogs({ wish, onChange, onClose }: FetchDialogsProps) {
  return (
    <WithStrings namespace="offline" strings={{ en, 'zh-CN': zhCN }}>
      {wish.pasted ? (
        <PastedDialog wish={wish} onDownload={onChange} onClose={onClose} />
      ) : (
        <LinkDialog wish={wish} onClose={onClose} />
      )}
    </WithStrings>
  );
}
