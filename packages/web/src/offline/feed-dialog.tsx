import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { type FeedWish, watchFeed } from '../api/feeds.ts';
import { offlineToolsQuery } from '../api/offline.ts';
import { detailsQuery } from '../api/queries.ts';
import { LIVE_TASKS_KEY } from '../api/tasks.ts';
import { useApi } from '../session/session.tsx';
import { ROOT } from '../tree/tree-path.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { AfterFields } from './after-fields.tsx';
import { afterOf, NO_RULES } from './after-rules.ts';
import { FeedPreview } from './feed-preview.tsx';
import { bestTool } from './refusal.ts';
import { TargetField } from './target-field.tsx';
import { ToolField } from './tool-field.tsx';
import { useWords } from './use-words.ts';

export interface FeedDialogProps {
  readonly onClose: () => void;
}

const EMPTY = { name: '', url: '', include: '', exclude: '', minutes: '30', fromNow: true };

/** Takes a feed, says what of it would be downloaded, and has it watched. */
export function FeedDialog({ onClose }: FeedDialogProps) {
  const { t } = useWords();
  const id = useId();
  const api = useApi();
  const queries = useQueryClient();
  const [form, setForm] = useState(EMPTY);
  const [path, setPath] = useState(ROOT);
  const [chosenTool, setTool] = useState<string>();
  const [rules, setRules] = useState(NO_RULES);
  const tools = useQuery(offlineToolsQuery(api)).data;
  const provider = useQuery(detailsQuery(api, path)).data?.provider;
  const tool = chosenTool ?? bestTool(tools ?? [], provider ?? '', []);
  const filter = { url: form.url.trim(), include: form.include, exclude: form.exclude };
  const watch = useMutation({
    mutationFn: (wish: FeedWish) => watchFeed(api, wish),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: LIVE_TASKS_KEY });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const after = afterOf(rules);
    const every_minutes = Math.round(Number(form.minutes)) || 0;
    const wish = { ...filter, name: form.name.trim(), path, tool, every_minutes, from_now: form.fromNow };
    watch.mutate(after === undefined ? wish : { ...wish, after });
  };
  const field = (name: 'name' | 'url' | 'include' | 'exclude' | 'minutes') => (
    <Field id={`${id}-${name}`} label={t(`feed.${name}`)} help={t(`feed.help.${name}`)}>
      <TextInput
        {...(name === 'url' ? { 'data-autofocus': true, type: 'url' } : {})}
        inputMode={name === 'minutes' ? 'numeric' : name === 'url' ? 'url' : 'text'}
        value={form[name]}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setForm({ ...form, [name]: event.target.value })}
      />
    </Field>
  );
  return (
    <Dialog title={t('feed.title')} closeLabel={t('close')} onClose={onClose}>
      <form className="flex flex-col gap-5 p-5" noValidate onSubmit={submit}>
        {field('url')}
        {field('name')}
        <div className="grid gap-5 sm:grid-cols-2">
          {field('include')}
          {field('exclude')}
        </div>
        <FeedPreview filter={filter} />
        <TargetField path={path} onChange={setPath} />
        <ToolField id={`${id}-tool`} tools={tools} tool={tool} help={undefined} onChange={setTool} />
        {field('minutes')}
        <label className="flex min-h-9 items-center gap-3 touch:min-h-11">
          <input
            type="checkbox"
            className="size-4 shrink-0 accent-accent touch:size-5"
            checked={form.fromNow}
            onChange={(event) => setForm({ ...form, fromNow: event.target.checked })}
          />
          {t('feed.from_now')}
        </label>
        <AfterFields form={rules} onChange={setRules} />
        <div className="sticky bottom-0 z-10 -mx-5 -mb-5 flex flex-col gap-3 rounded-b-panel border-t border-line bg-raised px-5 py-3">
          {watch.error !== null && (
            <p role="alert" className="rounded-panel bg-bad-soft p-3 text-pretty text-bad wrap-anywhere">
              {t('feed.failed', { reason: watch.error.message })}
            </p>
          )}
          <div className="flex flex-wrap items-center justify-end gap-2">
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button
              type="submit"
              tone="primary"
              disabled={filter.url === '' || form.name.trim() === '' || tool === '' || watch.isPending}
            >
              {t('feed.submit')}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}
