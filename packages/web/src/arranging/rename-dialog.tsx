import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useRef, useState } from 'react';
import { renameEntry } from '../api/arrange.ts';
import type { Entry } from '../api/entries.ts';
import { folderKey } from '../api/queries.ts';
import { useApi } from '../session/session.tsx';
import { childPath, type TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { nameProblem, stemLength } from './name-check.ts';
import { useWords } from './use-words.ts';

interface RenameDialogProps {
  readonly folder: TreePath;
  readonly entry: Entry;
  readonly onRenamed: (name: string) => void;
  readonly onClose: () => void;
}

/** Asks for a new name; what is wrong with it stands beside the field. */
export function RenameDialog({ folder, entry, onRenamed, onClose }: RenameDialogProps) {
  const { t } = useWords();
  const id = useId();
  const [name, setName] = useState(entry.name);
  const [problem, setProblem] = useState<string>();
  const rename = useRename(folder, entry, (renamed) => {
    onRenamed(renamed);
    onClose();
  });
  const marked = useRef(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wanted = name.trim();
    if (wanted === entry.name) return onClose();
    const wrong = nameProblem(wanted);
    setProblem(wrong && t(wrong));
    if (wrong === undefined) rename.mutate(wanted);
  };
  const refused = rename.error?.message;
  const taken = refused !== undefined && /\bexists\b/.test(refused);
  return (
    <Dialog title={t('rename_title', { name: entry.name })} closeLabel={t('cancel')} onClose={onClose}>
      <form className="flex flex-col gap-5 p-5" noValidate onSubmit={submit}>
        <Field
          id={id}
          label={t('new_name')}
          error={problem ?? (taken ? t('name_taken', { name: name.trim() }) : refused)}
        >
          <TextInput
            data-autofocus
            value={name}
            autoComplete="off"
            spellCheck={false}
            onFocus={(event) => {
              if (!marked.current) event.target.setSelectionRange(0, stemLength(entry.name, entry.isFolder));
              marked.current = true;
            }}
            onChange={(event) => {
              setName(event.target.value);
              setProblem(undefined);
              rename.reset();
            }}
          />
        </Field>
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p role="status" className="min-w-0 flex-1 text-sm text-muted">
            {rename.isPending ? t('renaming') : ''}
          </p>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" tone="primary" disabled={rename.isPending}>
            {t('rename')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useRename(folder: TreePath, { name: old }: Entry, onDone: (name: string) => void) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => renameEntry(api, childPath(folder, old), name),
    onSuccess: async (_, name) => {
      await queries.invalidateQueries({ queryKey: folderKey(folder) });
      onDone(name);
    },
  });
}
