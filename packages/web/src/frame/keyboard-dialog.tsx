import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';

const LINES = [
  ['move', ['↑', '↓']],
  ['edges', ['Home', 'End']],
  ['pages', ['Page ↑', 'Page ↓']],
  ['open', ['Enter']],
  ['up', ['Backspace']],
  ['history', ['Alt ←', 'Alt →']],
  ['filter', ['/']],
  ['preview', ['Space']],
  ['select_all', ['Ctrl A', '⌘ A']],
  ['range', ['Shift ↑', 'Shift ↓']],
  ['toggle', ['Ctrl Space']],
  ['clear', ['Esc']],
  ['type', []],
  ['rename', ['F2']],
  ['remove', ['Delete']],
  ['paste', ['Ctrl V', '⌘ V']],
  ['details', ['Alt Enter']],
  ['help', ['?']],
] as const;

/** The map of keys. */
export default function KeyboardDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('keys.title')} closeLabel={t('keys.close')} onClose={onClose}>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 px-5 py-3">
        {LINES.map(([name, keys]) => (
          <div
            key={name}
            className="col-span-2 grid grid-cols-subgrid items-center border-b border-line py-2 last:border-0"
          >
            <dt>{t(`keys.${name}`)}</dt>
            <dd className="flex justify-end gap-1.5">
              <Keys names={keys.length === 0 ? [t('keys.type_keys')] : keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
