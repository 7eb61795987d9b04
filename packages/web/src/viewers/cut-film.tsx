import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Scissors } from 'lucide-react';
import { useEffect } from 'react';
import { type Cut, type EntryDetails, readCut } from '../api/entries.ts';
import { storagesQuery } from '../api/queries.ts';
import { useFormat } from '../format/use-format.ts';
import { useApi, useIsAdmin } from '../session/session.tsx';
import { pathOfSplat } from '../tree/tree-path.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { useWords } from './use-words.ts';

const LOOK_EVERY_MS = 1000;

interface CutFilmProps {
  readonly file: EntryDetails;
  readonly cut: Cut;
  readonly onPlayPart: () => void;
}

/** Before a film is played that its cloud cuts for visitors: how much of it there is, and what can be done about it. */
export function CutFilm({ file, cut, onPlayPart }: CutFilmProps) {
  const { t } = useWords();
  const format = useFormat();
  const { state, begin, cancel, saving } = useSaving(cut);
  const percent = format.percent(cut.playable / file.size);
  const playPart = <Button onClick={onPlayPart}>{t('cut_play_part')}</Button>;
  if (saving) {
    return (
      <Notice
        icon={<Scissors size={28} />}
        title={t('cut_saving')}
        actions={
          <>
            <Button onClick={cancel}>{t('cut_cancel')}</Button>
            {playPart}
          </>
        }
      >
        <div
          role="progressbar"
          aria-label={t('cut_saving')}
          className="h-1 overflow-hidden rounded bg-current/15"
        >
          <div className="h-full w-full animate-pulse bg-accent" />
        </div>
        <p>{t('cut_saving_text')}</p>
      </Notice>
    );
  }
  return (
    <Notice
      icon={<Scissors size={28} />}
      title={t('cut_title', { percent })}
      actions={
        <>
          {cut.whole === 'savable' && (
            <Button tone="primary" onClick={begin}>
              {t('cut_save_and_play')}
            </Button>
          )}
          {cut.whole === 'never' && <ChooseAccount path={file.fullPath} />}
          {playPart}
        </>
      }
    >
      <p>{t(cut.whole === 'savable' ? 'cut_save' : 'cut_never')}</p>
      {cut.whole === 'savable' && state.reason !== '' && (
        <p role="alert" className="text-bad">
          {t('cut_failed', { reason: state.reason })}
        </p>
      )}
    </Notice>
  );
}

/** Has the film saved, and looks how that goes; when it is there, the file's answer is asked for anew, and the film begins. */
function useSaving(known: Cut) {
  const api = useApi();
  const queries = useQueryClient();
  const { _splat: splat } = useParams({ strict: false });
  const path = pathOfSplat(splat);
  const key = ['saving', path];
  const save = useMutation({
    mutationFn: async () => readCut(await api('/fs/share/restore', { body: { path } })),
    onSuccess: (state) => queries.setQueryData(key, state ?? null),
  });
  const stop = useMutation({
    mutationFn: () => api('/fs/share/restore/cancel', { body: { path } }),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const wanted = known.savingSince !== undefined || save.isSuccess;
  const looked = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) =>
      readCut(await api('/fs/share/restore', { query: { path }, signal })) ?? null,
    enabled: wanted,
    refetchInterval: ({ state }) => (state.data?.savingSince === undefined ? false : LOOK_EVERY_MS),
  });
  const state = looked.data ?? known;
  const done = wanted && looked.data?.whole === 'saved';
  useEffect(() => {
    if (done) void queries.invalidateQueries({ queryKey: ['details', path] });
  }, [done, queries, path]);
  const reason = save.error?.message ?? looked.error?.message ?? state.reason;
  return {
    state: { ...state, reason },
    saving: save.isPending || done || (wanted && state.savingSince !== undefined),
    begin: () => save.mutate(),
    cancel: () => {
      save.reset();
      stop.mutate();
    },
  };
}

/** For admins: the settings of the storage that holds the file, where an account can be chosen. */
function ChooseAccount({ path }: { path: string }) {
  const { t } = useWords();
  const enabled = useIsAdmin();
  const { data = [] } = useQuery({ ...storagesQuery(useApi()), enabled });
  const holds = data.filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`));
  const [storage] = holds.toSorted((a, b) => b.mountPath.length - a.mountPath.length);
  if (storage === undefined) return null;
  return (
    <Link
      to="/manage/$"
      params={{ _splat: `storages/${storage.id}` }}
      hash="restore_account"
      className={buttonClass('primary')}
    >
      {t('cut_set_account')}
    </Link>
  );
}
