import type { PickedFile } from './queue.ts';

/** More files than anyone means to upload by hand; a folder that holds more is not read on. */
const MAX_FILES = 20_000;

/** Files chosen in the browser's own dialog; a chosen folder gives its files with their places. */
export function chosenFiles(list: FileList | null): PickedFile[] {
  return [...(list ?? [])].map((file) => ({ file, place: file.webkitRelativePath || file.name }));
}

/**
 * The files of what was dropped, those of folders with their places. Must be called while the drop is handled: afterwards the browser
 * takes the list back.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const found: PickedFile[] = [];
  for (const entry of entries) await collect(entry, '', found);
  return found;
}

async function collect(entry: FileSystemEntry, above: string, found: PickedFile[]): Promise<void> {
  if (found.length >= MAX_FILES) return;
  const place = above === '' ? entry.name : `${above}/${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, place });
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (;;) {
      const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (part.length === 0) return;
      for (const child of part) await collect(child, place, found);
    }
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
