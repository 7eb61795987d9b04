import { useId, useState } from 'react';
import type { ImportRow, RowEdit } from '../../api/shares.ts';
import { useFormat } from '../../format/use-format.ts';
import { ShareDot } from '../share-state.tsx';
import { useWords } from '../use-words.ts';

interface ImportRowLineProps {
  readonly row: ImportRow;
  readonly onEdit: (edit: RowEdit) => void;
}

const INPUT =
  'h-8 touch:h-11 w-full min-w-0 rounded-control border border-transparent bg-transparent px-2 hover:border-line-strong focus:border-accent focus:bg-surface focus:outline-none disabled:hover:border-transparent';

/** One share of the text, to be put right in its place. */
export function ImportRowLine({ row, onEdit }: ImportRowLineProps) {
  const { t } = useWords();
  const format = useFormat();
  const fixed = row.state === 'mounted' || row.state === 'added';
  const { line } = row;
  const size =
    row.size !== undefined
      ? format.size(row.size)
      : row.files !== undefined
        ? t('import.files', { count: row.files, formatted: format.number(row.files) })
        : '';
  return (
    <tr className="border-b border-line align-top [content-visibility:auto]">
      <td className="py-1.5 pr-2 pl-2 sm:pl-3">
        <Editable
          label={t('import.name_of', { line })}
          value={row.name}
          fixed={fixed}
          onSave={(name) => onEdit({ name })}
        />
        <p className="truncate px-2 text-sm text-muted" title={row.target}>
          {row.target}
        </p>
      </td>
      <td className="w-28 py-1.5 pr-2">
        <Editable
          label={t('import.code_of', { line })}
          value={row.passCode}
          fixed={fixed}
          wanted={row.state === 'password'}
          onSave={(passCode) => onEdit({ passCode })}
        />
      </td>
      <td className="figures w-24 py-2.5 pr-3 text-right text-sm whitespace-nowrap text-muted max-sm:hidden">
        {size}
      </td>
      <td className="w-96 py-2.5 pr-3 max-sm:w-36">
        <ShareDot state={row.state} />
        {row.reason !== '' && (
          <p className="mt-0.5 text-sm text-pretty wrap-anywhere">
            {row.reason} <span className="text-muted">{row.remedy}</span>
          </p>
        )}
      </td>
    </tr>
  );
}

interface EditableProps {
  readonly label: string;
  readonly value: string;
  readonly fixed: boolean;
  /** The row can't go on without it. */
  readonly wanted?: boolean;
  readonly onSave: (value: string) => void;
}

/** A cell that is text until somebody writes in it. Enter or leaving it saves, Escape takes it back. */
function Editable({ label, value, fixed, wanted = false, onSave }: EditableProps) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  const save = () => {
    if (draft !== undefined && draft !== value) onSave(draft);
    setDraft(undefined);
  };
  return (
    <input
      id={id}
      aria-label={label}
      value={draft ?? value}
      disabled={fixed}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => setDraft(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') setDraft(undefined);
      }}
      className={wanted ? `${INPUT} border-warn!` : INPUT}
    />
  );
}
