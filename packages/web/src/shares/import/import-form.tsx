import { useRouterState } from '@tanstack/react-router';
import { type DragEvent, useId, useState } from 'react';
import type { ImportWish } from '../../api/shares.ts';
import { Button } from '../../ui/button.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { useWords } from '../use-words.ts';

const DEFAULT_TEMPLATE = '/Shares/{category}/{name}';
const MAX_FILE_BYTES = 10 * 1024 * 1024;

interface ImportFormProps {
  readonly busy: boolean;
  readonly error: string | undefined;
  readonly onStart: (wish: ImportWish) => void;
}

/** One big field for anything that has links in it; a file may be dropped on it. */
export function ImportForm({ busy, error, onStart }: ImportFormProps) {
  const { t } = useWords();
  const id = useId();
  const pasted = useRouterState({ select: ({ location }) => location.state.shares });
  const [text, setText] = useState(pasted ?? '');
  const [template, setTemplate] = useState(DEFAULT_TEMPLATE);
  const [egress, setEgress] = useState('');
  const [fileError, setFileError] = useState<string>();
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    setFileError(file.size > MAX_FILE_BYTES ? t('import.too_large') : undefined);
    if (file.size <= MAX_FILE_BYTES) setText(await file.text());
  };
  const onDrop = (event: DragEvent) => {
    const [file] = event.dataTransfer.files;
    if (file === undefined) return;
    event.preventDefault();
    void take(file);
  };
  return (
    <form
      className="mx-auto flex w-full max-w-4xl flex-col gap-5 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        onStart({ text, template: template.trim() || DEFAULT_TEMPLATE, egress: egress.trim() });
      }}
    >
      <Field
        id={`${id}-text`}
        label={t('import.paste')}
        help={t('import.paste_help')}
        error={fileError ?? error}
      >
        <textarea
          data-autofocus
          required
          rows={12}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onDrop={onDrop}
          className="min-h-48 w-full resize-y rounded-control border border-line-strong bg-surface p-3 font-mono text-sm hover:border-faint focus:border-accent focus:outline-1 focus:outline-offset-0 focus:outline-accent aria-invalid:border-bad"
        />
      </Field>
      <label className="flex flex-wrap items-center gap-3 text-sm text-muted">
        {t('import.choose_file')}
        <input
          type="file"
          accept=".txt,.md,.csv,.tsv,.yaml,.yml,.json,.html,text/*"
          onChange={(event) => void take(event.target.files?.[0])}
          className="max-w-full file:mr-3 file:h-9 file:rounded-control file:border file:border-line-strong file:bg-surface file:px-3 file:text-text"
        />
      </label>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field id={`${id}-path`} label={t('import.path')} help={t('import.path_help')}>
          <TextInput
            value={template}
            onChange={(event) => setTemplate(event.target.value)}
            spellCheck={false}
          />
        </Field>
        <Field id={`${id}-egress`} label={t('import.egress')} help={t('import.egress_help')}>
          <TextInput
            value={egress}
            onChange={(event) => setEgress(event.target.value)}
            spellCheck={false}
            autoComplete="off"
          />
        </Field>
      </div>
      <Button type="submit" tone="primary" disabled={busy || text.trim() === ''} className="self-start">
        {t(busy ? 'import.starting' : 'import.look')}
      </Button>
    </form>
  );
}
