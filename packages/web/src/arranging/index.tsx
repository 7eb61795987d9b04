import { WithStrings } from '../i18n/with-strings.tsx';
import type { TreePath } from '../tree/tree-path.ts';
import { RenameDialog } from './rename-dialog.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { TransferDialog } from './transfer-dialog.tsx';
import type { ArrangeWish } from './wish.ts';

interface ArrangeDialogProps {
  readonly folder: TreePath;
  readonly wish: ArrangeWish;
  readonly onRenamed: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks where to, or for the new name, and does it. */
export default function ArrangeDialog({ folder, wish, onRenamed, onClose }: ArrangeDialogProps) {
  return (
    <WithStrings namespace="arranging" strings={{ en, 'zh-CN': zhCN }}>
      {wish.what === 'rename' ? (
        <RenameDialog {...{ folder, onRenamed, onClose }} entry={wish.entry} />
      ) : (
        <TransferDialog folder={folder} how={wish.what} entries={wish.entries} onClose={onClose} />
      )}
    </WithStrings>
  );
}
