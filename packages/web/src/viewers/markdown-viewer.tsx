import { useQuery } from '@tanstack/react-query';
import DOMPurify from 'dompurify';
import { marked } from 'marked';
import { useMemo } from 'react';
import { useWords } from './use-words.ts';
import { fileTextQuery } from './file-text.ts';
import { ViewerFailure } from './viewer-failure.tsx';
import { ViewerWait } from './viewer-wait.tsx';
import type { FileViewProps } from './viewer-props.ts';

/** Markdown, drawn. Whatever in it could run or call elsewhere is taken out. */
export default function MarkdownViewer({ file }: FileViewProps) {
  const { t } = useWords();
  const { data, error } = useQuery(fileTextQuery(file));
  const html = useMemo(() => (data === undefined ? '' : renderMarkdown(data.text)), [data]);
  if (error !== null) return <ViewerFailure message={t('text_failed')} hint={t('try_later')} file={file} />;
  if (data === undefined) return <ViewerWait />;
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      {/* The HTML comes out of DOMPurify. */}
      {/* oxlint-disable-next-line react/no-danger */}
      <article
        className="markdown mx-auto max-w-[70ch] px-6 py-6"
        dangerouslySetInnerHTML={{ __html: html }}
      />
    </div>
  );
}

/**
 * Markdown as HTML that is safe to put into the page: no script, no form, no frame, no style, and no picture from elsewhere, which
 * would tell a foreign host who reads what.
 */
export function renderMarkdown(text: string): string {
  const html = marked.parse(text, { async: false, gfm: true });
  return DOMPurify.sanitize(html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'textarea',
      'select',
      'img',
      'picture',
      'video',
      'audio',
      'source',
    ],
    FORBID_ATTR: ['style', 'id', 'class', 'srcset', 'background'],
  });
}
