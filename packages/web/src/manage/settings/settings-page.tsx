import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { SearchX, SlidersHorizontal } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { saveSettings, type Setting, SITE_SETTINGS_KEY, siteSettingsQuery } from '../../api/settings.ts';
import { useFormat } from '../../format/use-format.ts';
import { WithStrings } from '../../i18n/with-strings.tsx';
import { useApi } from '../../session/session.tsx';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useToasts } from '../../ui/toaster.tsx';
import { arrangeSettings, changesOf, problemIn } from './arrange.ts';
import { SettingField } from './setting-field.tsx';
import { useSettingWords } from './setting-words.ts';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { useWords } from './use-words.ts';

/** The site's settings: those that have an effect, by group. */
export default function SettingsPage() {
  return (
    <WithStrings namespace="settings" strings={{ en, 'zh-CN': zhCN }}>
      <Loaded />
    </WithStrings>
  );
}

function Loaded() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(siteSettingsQuery(useApi()));
  if (data !== undefined) return <SettingsForm settings={data} />;
  if (error !== null) {
    return (
      <Notice
        urgent
        icon={<SlidersHorizontal size={24} />}
        title={t('failed')}
        actions={<Button onClick={() => void refetch()}>{t('try_again')}</Button>}
      >
        {error.message}
      </Notice>
    );
  }
  return (
    <div role="status" aria-label={t('loading')} className="flex animate-late flex-col gap-4">
      {[0, 1, 2].map((index) => (
        <div key={index} className="h-24 animate-pulse rounded-panel bg-hover" />
      ))}
    </div>
  );
}

type Problems = ReadonlyMap<string, string>;
const NO_PROBLEMS: Problems = new Map();

function SettingsForm({ settings }: { settings: readonly Setting[] }) {
  const { t } = useWords();
  const id = useId();
  const words = useSettingWords();
  const [query, setQuery] = useState('');
  const [edited, setEdited] = useState<ReadonlyMap<string, string>>(new Map());
  const [problems, setProblems] = useState<Problems>(NO_PROBLEMS);
  const changes = changesOf(settings, edited);
  const save = useSave(settings, setProblems, () => setEdited(new Map()));
  const wanted = query.trim().toLowerCase();
  const groups = arrangeSettings(settings, (setting) => {
    const { label, help } = words(setting);
    // What is wrong stays in sight.
    return `${label} ${help} ${setting.key}`.toLowerCase().includes(wanted) || problems.has(setting.key);
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const bad = settings.filter(({ key, type }) => type === 'number' && !isWhole(changes.get(key)));
    setProblems(new Map(bad.map(({ key }) => [key, t('not_number')])));
    if (bad.length === 0) save.mutate(changes);
  };
  const set = (key: string, value: string): void => {
    setEdited(new Map([...edited, [key, value]]));
    setProblems(new Map([...problems].filter(([one]) => one !== key)));
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-6">
      <TextInput
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {groups.length === 0 && (
        <Notice icon={<SearchX size={24} />} title={t('no_match', { query: query.trim() })} />
      )}
      {groups.map(({ name, settings: inGroup }) => (
        <section key={name} aria-labelledby={`${id}-${name}`} className="flex flex-col gap-3">
          <h2 id={`${id}-${name}`} className="text-lg font-semibold">
            {t(`group.${name}`)}
          </h2>
          <div className="flex flex-col divide-y divide-line rounded-panel border border-line bg-surface">
            {inGroup.map((setting) => (
              <SettingField
                key={setting.key}
                setting={setting}
                value={edited.get(setting.key) ?? setting.value}
                problem={problems.get(setting.key)}
                onChange={(value) => set(setting.key, value)}
              />
            ))}
          </div>
        </section>
      ))}
      <SaveBar
        count={changes.size}
        busy={save.isPending}
        problem={
          problems.size > 0
            ? t('see_fields')
            : save.error === null
              ? ''
              : t('not_saved', { reason: save.error.message })
        }
        onDiscard={() => {
          setEdited(new Map());
          setProblems(NO_PROBLEMS);
          save.reset();
        }}
      />
    </form>
  );
}

/** What isn't changed is fine. */
function isWhole(value: string | undefined): boolean {
  return value === undefined || /^-?\d+$/.test(value);
}

function useSave(
  settings: readonly Setting[],
  onProblems: (problems: Problems) => void,
  onSaved: () => void,
) {
  const { t } = useWords();
  const api = useApi();
  const queries = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: (changes: ReadonlyMap<string, string>) => saveSettings(api, changes),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: SITE_SETTINGS_KEY });
      void queries.invalidateQueries({ queryKey: ['settings'] });
      onSaved();
      toasts.show(t('saved'));
    },
    onError: ({ message }) => {
      const problem = problemIn(message, settings);
      if (problem !== undefined) onProblems(new Map([problem]));
    },
  });
}

interface SaveBarProps {
  readonly count: number;
  readonly busy: boolean;
  readonly problem: string;
  readonly onDiscard: () => void;
}

/** Stays in sight while there is something to save. */
function SaveBar({ count, busy, problem, onDiscard }: SaveBarProps) {
  const { t } = useWords();
  const format = useFormat();
  if (count === 0) return null;
  return (
    <div className="sticky bottom-4 flex animate-rise flex-wrap items-center gap-3 rounded-panel border border-line bg-raised py-2 pr-2 pl-4 shadow-float">
      <p role="status" className="min-w-0 flex-1 text-pretty wrap-anywhere">
        {problem === '' ? (
          t('changes', { count, formatted: format.number(count) })
        ) : (
          <span className="text-bad">{problem}</span>
        )}
      </p>
      <Button disabled={busy} onClick={onDiscard}>
        {t('discard')}
      </Button>
      <Button type="submit" tone="primary" disabled={busy}>
        {t(busy ? 'saving' : 'save')}
      </Button>
    </div>
  );
}
