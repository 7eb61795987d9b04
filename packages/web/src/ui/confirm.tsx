import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly cancel: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before what can't be taken back. The way out has the focus, so that Enter alone does no harm. */
export default function Confirm({ title, children, confirm, cancel, onConfirm, onClose }: ConfirmProps) {
  const go = () => {
    onClose();
    onConfirm();
  };
  return (
    <Dialog title={title} closeLabel={cancel} onClose={onClose}>
      <div className="flex flex-col gap-5 p-5">
        <p className="text-pretty wrap-anywhere">{children}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button data-autofocus onClick={onClose}>
            {cancel}
          </Button>
          <Button tone="danger" onClick={go}>
            {confirm}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
