import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from 'pdfjs-dist';
// oxlint-disable-next-line import/default -- the bundler gives the file's address as default
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs' with { type: 'file' };
import { useEffect, useRef, useState } from 'react';
import { useWords } from './use-words.ts';
import { gatewayUrl } from '../api/file-links.ts';
import { ViewerFailure } from './viewer-failure.tsx';
import { ViewerWait } from './viewer-wait.tsx';
import type { FileViewProps } from './viewer-props.ts';

/** A page is drawn when it comes this near to the screen. */
const AHEAD = '600px';

/** A PDF, its pages below each other, drawn as they come near. The file is fetched in ranges, as far as it is read. */
export default function PdfViewer({ file }: FileViewProps) {
  const { t } = useWords();
  const url = gatewayUrl(file);
  const opened = useDocument(url);
  if (opened === 'failed') {
    return <ViewerFailure message={t('pdf_failed')} hint={t('try_later')} file={file} />;
  }
  if (opened === undefined) return <ViewerWait />;
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center gap-4 overflow-auto bg-current/5 p-4">
      {Array.from({ length: opened.numPages }, (_, index) => (
        <Page key={`${url}#${index}`} document={opened} number={index + 1} />
      ))}
    </div>
  );
}

function useDocument(url: string): PDFDocumentProxy | 'failed' | undefined {
  const [opened, setOpened] = useState<PDFDocumentProxy | 'failed'>();
  useEffect(() => {
    GlobalWorkerOptions.workerSrc = workerUrl;
    let left = false;
    setOpened(undefined);
    const task = getDocument({ url, isEvalSupported: false, disableAutoFetch: true, useWasm: false });
    task.promise.then(
      (document) => !left && setOpened(document),
      () => !left && setOpened('failed'),
    );
    return () => {
      left = true;
      void task.destroy();
    };
  }, [url]);
  return opened;
}

interface PageProps {
  readonly document: PDFDocumentProxy;
  readonly number: number;
}

function Page({ document, number }: PageProps) {
  const { t } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const near = useNear(canvas);
  useEffect(() => {
    const target = canvas.current;
    if (!near || target === null) return;
    const drawing = draw(document, number, target);
    return () => drawing.cancel();
  }, [near, document, number]);
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={t('page', { number, count: document.numPages })}
      className="aspect-[1/1.414] w-full max-w-4xl bg-white shadow-sm"
    />
  );
}

function useNear(element: React.RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new IntersectionObserver(([seen]) => seen?.isIntersecting === true && setNear(true), {
      rootMargin: AHEAD,
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return near;
}

function draw(document: PDFDocumentProxy, number: number, canvas: HTMLCanvasElement): { cancel(): void } {
  let cancel = (): void => {};
  let left = false;
  const run = async (): Promise<void> => {
    const page = await document.getPage(number);
    if (left) return;
    const unscaled = page.getViewport({ scale: 1 });
    const scale = (canvas.clientWidth / unscaled.width) * window.devicePixelRatio;
    const viewport = page.getViewport({ scale });
    canvas.width = Math.floor(viewport.width);
    canvas.height = Math.floor(viewport.height);
    canvas.style.aspectRatio = `${unscaled.width} / ${unscaled.height}`;
    const task = page.render({ canvas, viewport });
    cancel = () => task.cancel();
    await task.promise;
  };
  run().catch((error: unknown) => {
    // Leaving the page in mid-drawing is no failure; anything else leaves its sheet blank and says why in the console.
    if (!left) reportError(error);
  });
  return {
    cancel: () => {
      left = true;
      cancel();
    },
  };
}
