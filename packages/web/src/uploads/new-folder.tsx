import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../session/session.tsx';
import { childPath, type TreePath } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { lookAgain } from './uploads-context.tsx';

/** Asks for a name, and makes the folder. */
export default function NewFolder({ folder, onClose }: { folder: TreePath; onClose: () => void }) {
  const { t } = useTranslation('uploads');
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const make = async (): Promise<void> => {
    setBusy(true);
    try {
      await api('/fs/mkdir', { body: { path: childPath(folder, name.trim()) } });
      lookAgain(queries, folder);
      onClose();
    } catch (cause) {
      setError(t('mkdir_failed', { reason: cause instanceof Error ? cause.message : String(cause) }));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() === '') return setError(t('name_missing'));
    if (/[/\\]/.test(name)) return setError(t('name_slash'));
    setError(undefined);
    void make();
  };
  return (
    <Dialog title={t('new_folder_title')} closeLabel={t('cancel')} onClose={onClose}>
      <form className="flex flex-col gap-5 p-5" noValidate onSubmit={submit}>
        <Field id="new-folder-name" label={t('name')} error={error}>
          <TextInput
            data-autofocus
            value={name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="primary" type="submit" disabled={busy}>
            {t('make')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
