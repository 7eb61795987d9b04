import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useDeferredValue, useId, useMemo, useState } from 'react';
import { addOfflineDownloads, offlineToolsQuery, type OfflineWish } from '../api/offline.ts';
import { detailsQuery } from '../api/queries.ts';
import { LIVE_TASKS_KEY } from '../api/tasks.ts';
import { useFormat } from '../format/use-format.ts';
import { findLinks } from '../links/links.ts';
import { useApi } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { useToasts } from '../ui/toaster.tsx';
import type { FetchWish } from './fetch-context.ts';
import { AfterFields } from './after-fields.tsx';
import { afterOf, NO_RULES } from './after-rules.ts';
import { AllowanceNote } from './allowance-note.tsx';
import { LinkReport } from './link-report.tsx';
import { bestTool, refusalOf } from './refusal.ts';
import { RefusalNote } from './refusal-note.tsx';
import { TargetField } from './target-field.tsx';
import { ToolField } from './tool-field.tsx';
import { useWords } from './use-words.ts';

interface LinkDialogProps {
  readonly wish: FetchWish;
  readonly onClose: () => void;
}

/** Takes links, a folder and a tool; says at once what can't be done. */
export function LinkDialog({ wish, onClose }: LinkDialogProps) {
  const { t } = useWords();
  const format = useFormat();
  const id = useId();
  const [text, setText] = useState(wish.text);
  const [path, setPath] = useState(wish.folder);
  const [chosenTool, setTool] = useState<string>();
  const [name, setName] = useState('');
  const [rules, setRules] = useState(NO_RULES);
  const found = useFound(text);
  const links = found.links.filter(({ kind }) => kind !== 'share');
  const { tools, provider } = useTarget(path);
  const tool = chosenTool ?? bestTool(tools ?? [], provider ?? '', links);
  const refusal = provider === undefined || tool === '' ? undefined : refusalOf(tool, provider, links);
  const add = useAdd(onClose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const urls = links.map(({ url }) => url);
    const after = afterOf(rules);
    const own = urls.length === 1 ? name.trim() : '';
    add.mutate({ path, urls, tool, name: own, ...(after === undefined ? {} : { after }) });
  };
  const blocked = links.length === 0 || tool === '' || refusal !== undefined || add.isPending;
  return (
    <Dialog title={t('title')} closeLabel={t('close')} onClose={onClose}>
      <form className="flex flex-col gap-5 p-5" onSubmit={submit}>
        <Field
          id={`${id}-links`}
          label={t('links')}
          help={<LinkReport found={found} text={text} onClose={onClose} />}
        >
          <textarea
            data-autofocus
            rows={5}
            spellCheck={false}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              add.reset();
            }}
            className="min-h-24 w-full resize-y rounded-control border border-line-strong bg-surface p-3 font-mono text-sm hover:border-faint focus:border-accent focus:outline-1 focus:outline-offset-0 focus:outline-accent"
          />
        </Field>
        {refusal !== undefined && (
          <RefusalNote
            {...{ refusal, tool, path, links }}
            tools={tools ?? []}
            provider={provider ?? ''}
            onPath={setPath}
            onTool={setTool}
          />
        )}
        <TargetField path={path} onChange={setPath} />
        <ToolField
          id={`${id}-tool`}
          tools={tools}
          tool={tool}
          help={refusal === undefined && <AllowanceNote tool={tool} path={path} />}
          onChange={setTool}
        />
        {links.length === 1 && (
          <Field id={`${id}-name`} label={t('name')} help={t('name_help')}>
            <TextInput
              value={name}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
        )}
        <AfterFields form={rules} onChange={setRules} />
        <div className="sticky bottom-0 z-10 -mx-5 -mb-5 flex flex-col gap-3 rounded-b-panel border-t border-line bg-raised px-5 py-3">
          {add.error !== null && (
            <p role="alert" className="rounded-panel bg-bad-soft p-3 text-pretty text-bad wrap-anywhere">
              {t('failed', { reason: add.error.message })}
            </p>
          )}
          <div className="flex flex-wrap items-center justify-end gap-2">
            <p role="status" className="min-w-0 flex-1 text-sm text-muted">
              {add.isPending ? t('busy') : ''}
            </p>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" tone="primary" disabled={blocked}>
              {links.length > 1 ? t('submit_many', { formatted: format.number(links.length) }) : t('submit')}
            </Button>
          </div>
        </div>
      </form>
    </Dialog>
  );
}

function useFound(text: string) {
  const settled = useDeferredValue(text);
  return useMemo(() => findLinks(settled), [settled]);
}

/** What fetches links, and what kind of storage holds the folder; each undefined until it is known. */
function useTarget(path: string) {
  const api = useApi();
  const tools = useQuery(offlineToolsQuery(api)).data;
  const provider = useQuery(detailsQuery(api, path)).data?.provider;
  return { tools, provider: path === '/' && provider === undefined ? 'unknown' : provider };
}

function useAdd(onClose: () => void) {
  const { t } = useWords();
  const format = useFormat();
  const api = useApi();
  const queries = useQueryClient();
  const toasts = useToasts();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (wish: OfflineWish) => addOfflineDownloads(api, wish),
    onSuccess: ({ length: count }) => {
      void queries.invalidateQueries({ queryKey: LIVE_TASKS_KEY });
      toasts.show(t('began', { count, formatted: format.number(count) }), 'plain', {
        text: t('show'),
        run: () => void navigate({ to: '/offline' }),
      });
      onClose();
    },
  });
}
