import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, HardDrive } from 'lucide-react';
import type { ReactNode } from 'react';
import { TitleBar } from '../frame/top-bar.tsx';
import { useApi } from '../session/session.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToasts } from '../ui/toaster.tsx';
import { driverWords } from './field-words.ts';
import { StorageEditor, useDriverForm } from './storage-editor.tsx';
import { driverFormsQuery, type Storage, storageQuery } from './storages.ts';
import { useWords } from './use-words.ts';

/** Adds a storage: first the kind, then its settings. `driver` may come with the address. */
export function NewStoragePage({ driver }: { driver: string | undefined }) {
  const { t } = useWords();
  return (
    <Sheet
      title={driver === undefined ? t('new_title') : `${t('new_title')}: ${driverWords(driver, t).label}`}
    >
      {driver === undefined ? <KindChoice /> : <EditorFor kind={driver} storage={undefined} />}
    </Sheet>
  );
}

/** Changes the storage with `id`. */
export function EditStoragePage({ id }: { id: number }) {
  const { t } = useWords();
  const { data, error } = useQuery(storageQuery(useApi(), id));
  if (error !== null && data === undefined) return <Gone />;
  if (data === undefined) return null;
  return (
    <Sheet title={t('edit_title', { path: data.mountPath })}>
      <EditorFor key={`${data.id}`} kind={data.driver} storage={data} />
    </Sheet>
  );
}

function Gone() {
  const { t } = useWords();
  return (
    <Notice
      icon={<HardDrive size={24} />}
      title={t('gone')}
      actions={
        <Link to="/manage" className={buttonClass('secondary')}>
          {t('back')}
        </Link>
      }
    >
      {t('gone_text')}
    </Notice>
  );
}

function Sheet({ title, children }: { title: string; children: ReactNode }) {
  const { t } = useWords();
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TitleBar title={title} />
      <div className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex max-w-3xl flex-col gap-5 p-4 sm:p-6">
          <Link to="/manage" className="inline-flex items-center gap-2 self-start text-muted hover:text-text">
            <ArrowLeft aria-hidden size={16} />
            {t('back')}
          </Link>
          {children}
        </div>
      </div>
    </div>
  );
}

function KindChoice() {
  const { t } = useWords();
  const { data } = useQuery(driverFormsQuery(useApi()));
  return (
    <nav aria-label={t('kind_text')}>
      <ul className="flex max-w-xl flex-col gap-3">
        {(data ?? []).map(({ kind }) => {
          const { label, text } = driverWords(kind, t);
          return (
            <li key={kind}>
              <Link
                to="/manage/$"
                params={{ _splat: 'storages/new' }}
                search={{ driver: kind }}
                className="flex flex-col rounded-panel border border-line bg-surface p-4 hover:bg-hover"
              >
                <span className="font-semibold">{label}</span>
                <span className="text-pretty text-muted">{text}</span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function EditorFor({ kind, storage }: { kind: string; storage: Storage | undefined }) {
  const { t } = useWords();
  const form = useDriverForm(kind);
  const navigate = useNavigate();
  const toasts = useToasts();
  const toList = () => void navigate({ to: '/manage' });
  if (form === undefined) return null;
  if (form === null) return <KindChoice />;
  return (
    <StorageEditor
      form={form}
      storage={storage}
      onSaved={(path) => {
        toasts.show(t('works', { path }));
        toList();
      }}
      onKept={(id) => {
        if (storage === undefined)
          void navigate({ to: '/manage/$', params: { _splat: `storages/${id}` }, replace: true });
      }}
      onCancel={toList}
    />
  );
}
