import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ellipsis, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { useApi } from '../session/session.tsx';
import { splatOf } from '../tree/tree-path.ts';
import { Button, buttonClass, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Menu } from '../ui/menu.tsx';
import { StateDot } from '../ui/state-dot.tsx';
import { useToasts } from '../ui/toaster.tsx';
import { driverWords } from './field-words.ts';
import { StateReport } from './state-report.tsx';
import { checkStorage, removeStorage, type Storage, switchStorage } from './storages.ts';
import { UsageReport } from './usage-report.tsx';
import { useWords } from './use-words.ts';

/** One storage: where it is, how it does, and what can be done with it. */
export function StorageCard({ storage }: { storage: Storage }) {
  const { t } = useWords();
  const [removing, setRemoving] = useState(false);
  const actions = useStorageActions(storage);
  const troubled = storage.state.state === 'degraded' || storage.state.state === 'needs_verification';
  return (
    <li className="flex flex-col gap-3 rounded-panel border border-line bg-surface p-4">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 text-lg font-semibold wrap-anywhere">{storage.mountPath}</h2>
        <StateDot state={storage.state.state} />
        <span className="text-sm text-muted">{driverWords(storage.driver, t).label}</span>
      </header>
      <Facts storage={storage} />
      <UsageReport storage={storage} />
      {troubled && <StateReport id={storage.id} state={storage.state} />}
      <footer className="flex flex-wrap items-center gap-2">
        <Link
          to="/manage/$"
          params={{ _splat: `storages/${storage.id}` }}
          className={buttonClass('secondary')}
        >
          {t('edit')}
        </Link>
        <Button disabled={storage.disabled || actions.test.isPending} onClick={() => actions.test.mutate()}>
          {actions.test.isPending ? t('testing') : t('test')}
        </Button>
        <Link
          to="/files/$"
          params={{ _splat: splatOf(storage.mountPath) }}
          aria-label={t('open', { path: storage.mountPath })}
          title={t('open', { path: storage.mountPath })}
          className={buttonClass('quiet', 'px-2')}
        >
          <FolderOpen aria-hidden size={18} />
        </Link>
        <Menu
          trigger={(props) => <IconButton label={t('more')} icon={<Ellipsis size={18} />} {...props} />}
          items={[
            {
              type: 'action',
              id: 'switch',
              text: storage.disabled ? t('switch_on') : t('switch_off'),
              onSelect: () => actions.toggle.mutate(),
            },
            { type: 'action', id: 'remove', text: t('remove'), onSelect: () => setRemoving(true) },
          ]}
        />
      </footer>
      {removing && (
        <RemoveDialog
          path={storage.mountPath}
          onClose={() => setRemoving(false)}
          onRemove={() => {
            setRemoving(false);
            actions.remove.mutate();
          }}
        />
      )}
    </li>
  );
}

/** The account and the way out, where the driver has them. */
function Facts({ storage }: { storage: Storage }) {
  const { t } = useWords();
  const { username, egress } = storage.addition;
  const facts: [string, string][] = [];
  if (typeof username === 'string' && username !== '') facts.push([t('account'), username]);
  if (typeof egress === 'string')
    facts.push([t('egress'), egress === '' ? t('egress_direct') : hideCredentials(egress)]);
  if (facts.length === 0) return null;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A proxy's address without the name and password that may stand in it. */
export function hideCredentials(address: string): string {
  return address.replace(/^(\w+:\/\/)[^@/]*@/, '$1');
}

interface RemoveDialogProps {
  readonly path: string;
  readonly onClose: () => void;
  readonly onRemove: () => void;
}

function RemoveDialog({ path, onClose, onRemove }: RemoveDialogProps) {
  const { t } = useWords();
  return (
    <Dialog title={t('remove_title', { path })} closeLabel={t('close')} onClose={onClose}>
      <div className="flex flex-col gap-5 p-5">
        <p className="text-pretty">{t('remove_text')}</p>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('remove_cancel')}</Button>
          <Button tone="primary" onClick={onRemove}>
            {t('remove')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function useStorageActions(storage: Storage) {
  const { t } = useWords();
  const api = useApi();
  const queries = useQueryClient();
  const toasts = useToasts();
  const path = storage.mountPath;
  const shared = {
    onError: (error: Error) => toasts.show(t('action_failed', { reason: error.message }), 'bad'),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['storages'] });
      void queries.invalidateQueries({ queryKey: ['folder'] });
    },
  };
  const test = useMutation({
    ...shared,
    mutationFn: () => checkStorage(api, storage.id),
    onSuccess: ({ state, reason }) =>
      state === 'ok'
        ? toasts.show(t('tested_ok', { path }))
        : toasts.show(t('tested_bad', { path, reason }), 'bad'),
  });
  const toggle = useMutation({
    ...shared,
    mutationFn: () => switchStorage(api, storage.id, storage.disabled),
  });
  const remove = useMutation({
    ...shared,
    mutationFn: () => removeStorage(api, storage.id),
    onSuccess: () => toasts.show(t('removed', { path })),
  });
  return { test, toggle, remove };
}
