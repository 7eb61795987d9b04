import { ListTodo } from 'lucide-react';
import { TitleBar } from '../frame/top-bar.tsx';
import { WithStrings } from '../i18n/with-strings.tsx';
import { useMe } from '../session/session.tsx';
import { Notice } from '../ui/notice.tsx';
import { en } from './strings/en.ts';
import { zhCN } from './strings/zh-cn.ts';
import { TasksPage } from './tasks-page.tsx';
import { useWords } from './use-words.ts';

export interface TasksScreenProps {
  /** All tasks, or the desk of offline downloads. */
  readonly screen: 'tasks' | 'offline';
}

/** What the gateway does by itself. */
export function TasksScreen(props: TasksScreenProps) {
  return (
    <WithStrings namespace="tasks" strings={{ en, 'zh-CN': zhCN }}>
      <Screen {...props} />
    </WithStrings>
  );
}

function Screen({ screen }: TasksScreenProps) {
  const { t } = useWords();
  const me = useMe();
  if (me?.role !== 'guest') return <TasksPage key={screen} screen={screen} />;
  return (
    <>
      <TitleBar title={t(screen)} />
      <Notice icon={<ListTodo size={26} />} title={t('guests')}>
        {t('guests_text')}
      </Notice>
    </>
  );
}
