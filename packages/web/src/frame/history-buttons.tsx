import { useRouter, useRouterState } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/button.tsx';

/** Back and forward, as the browser has them: in an installed app there are no others. */
export function HistoryButtons() {
  const { t } = useTranslation();
  const { history } = useRouter();
  const { back, forward } = useRouterState({ select: () => reach(), structuralSharing: true });
  return (
    <div className="flex">
      <IconButton
        label={t('nav.back')}
        icon={<ChevronLeft size={20} />}
        disabled={!back}
        onClick={() => history.back()}
      />
      <IconButton
        label={t('nav.forward')}
        icon={<ChevronRight size={20} />}
        disabled={!forward}
        onClick={() => history.forward()}
      />
    </div>
  );
}

/** Whether there is a page to go to. Browsers that can't tell get both buttons. */
function reach(): { back: boolean; forward: boolean } {
  if (!('navigation' in globalThis)) return { back: true, forward: true };
  return { back: navigation.canGoBack, forward: navigation.canGoForward };
}
