import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useApi } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { createAppPassword, type Wanted } from './app-passwords.ts';
import { CarryText } from './carry-text.tsx';
import { useWords } from './use-words.ts';

const EMPTY: Wanted = { name: '', folder: '/', readOnly: false };

/** Makes an app password, and shows it once. */
export function NewPassword() {
  const { t } = useWords();
  const api = useApi();
  const queries = useQueryClient();
  const [wanted, setWanted] = useState(EMPTY);
  const create = useMutation({
    mutationFn: () => createAppPassword(api, wanted),
    onSuccess: () => setWanted(EMPTY),
    onSettled: () => queries.invalidateQueries({ queryKey: ['app-passwords'] }),
  });
  return (
    <form
      className="flex flex-col gap-4 rounded-panel border border-line bg-surface p-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Wishes wanted={wanted} onChange={setWanted} problem={create.error?.message} />
      <Button tone="primary" type="submit" className="self-start" disabled={create.isPending}>
        {t(create.isPending ? 'creating' : 'create')}
      </Button>
      {create.data !== undefined && (
        <Dialog
          title={t('made_title', { name: create.data.name })}
          closeLabel={t('close')}
          onClose={() => create.reset()}
        >
          <div className="flex flex-col gap-4 p-5">
            <p className="text-pretty">{t('made_text')}</p>
            <CarryText text={create.data.password} label={t('made_title', { name: create.data.name })} />
            <Button tone="primary" className="self-end" onClick={() => create.reset()}>
              {t('done')}
            </Button>
          </div>
        </Dialog>
      )}
    </form>
  );
}

interface WishesProps {
  readonly wanted: Wanted;
  readonly onChange: (wanted: Wanted) => void;
  readonly problem: string | undefined;
}

function Wishes({ wanted, onChange, problem }: WishesProps) {
  const { t } = useWords();
  const id = useId();
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field id={`${id}-name`} label={t('name')} help={t('name_help')} error={problem}>
          <TextInput
            required
            maxLength={100}
            autoComplete="off"
            value={wanted.name}
            onChange={(event) => onChange({ ...wanted, name: event.target.value })}
          />
        </Field>
        <Field id={`${id}-folder`} label={t('folder')} help={t('folder_help')}>
          <TextInput
            autoComplete="off"
            value={wanted.folder}
            onChange={(event) => onChange({ ...wanted, folder: event.target.value })}
          />
        </Field>
      </div>
      <label className="flex min-h-9 items-center gap-3 touch:min-h-11">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent touch:size-5"
          checked={wanted.readOnly}
          onChange={(event) => onChange({ ...wanted, readOnly: event.target.checked })}
        />
        <span className="font-medium">{t('read_only')}</span>
      </label>
    </>
  );
}
