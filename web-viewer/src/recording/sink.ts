// SPDX-License-Identifier: MIT
import { saveFile } from '../wall/snapshot';
import type { Patch } from './container';

/** Where a recording on this device is written while it runs. */
export interface Sink {
  /** `disk`: where the person chose; `browser`: kept by the browser and handed over at the end. */
  readonly place: 'disk' | 'browser' | 'memory';
  append(bytes: Uint8Array): Promise<void>;
  /** Completes the file and, unless it lies where the person wants it, hands it to the downloads. */
  finish(tail: Uint8Array, patches: readonly Patch[]): Promise<void>;
  /** Nothing stays behind. */
  discard(): Promise<void>;
}

/** The part of a FileSystemWritableFileStream that is used. */
interface Writable {
  write(data: { type: 'write'; data: Uint8Array; position?: number }): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

interface SavePicker {
  showSaveFilePicker?(options: object): Promise<FileSystemFileHandle>;
}

const kNothing = (): Promise<void> => Promise.resolve();

/** `cancelled`: the person chose no place, and so wants no recording. */
export async function openSink(name: string, mime: string): Promise<Sink | 'cancelled'> {
  const picker = (window as unknown as SavePicker).showSaveFilePicker;
  if (picker !== undefined) {
    const extension = name.slice(name.lastIndexOf('.'));
    const type = mime.replace(/;.*$/, '');
    try {
      const options = { suggestedName: name, types: [{ accept: { [type]: [extension] } }] };
      return new FileSink('disk', await writable(await picker.call(window, options)), kNothing);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled';
      // Forbidden here, such as in a frame: the browser keeps it.
    }
  }
  return (await browserSink(name)) ?? new MemorySink(name, mime);
}

async function writable(handle: FileSystemFileHandle): Promise<Writable> {
  return (await handle.createWritable()) as unknown as Writable;
}

/** The browser's own file system (OPFS); undefined where there is none. */
async function browserSink(name: string): Promise<Sink | undefined> {
  try {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(name, { create: true });
    const remove = (): Promise<void> => folder.removeEntry(name).catch(() => undefined);
    const handOver = async (): Promise<void> => {
      // The download reads the file after this; it is removed when the next recording begins.
      saveFile(await handle.getFile(), name);
    };
    await removeOthers(folder, name);
    return new FileSink('browser', await writable(handle), handOver, remove);
  } catch {
    return undefined;
  }
}

const kHeldMs = 60_000;

/** What was handed over a while ago. */
async function removeOthers(folder: FileSystemDirectoryHandle, but: string): Promise<void> {
  const entries = (folder as unknown as { values(): AsyncIterable<FileSystemHandle> }).values();
  for await (const entry of entries) {
    if (entry.kind !== 'file' || entry.name === but || !/\.(mp4|webm)$/.test(entry.name)) continue;
    const file = await (entry as FileSystemFileHandle).getFile().catch(() => undefined);
    if (file === undefined || Date.now() - file.lastModified < kHeldMs || file.size === 0) continue;
    await folder.removeEntry(entry.name).catch(() => undefined);
  }
}

class FileSink implements Sink {
  constructor(
    readonly place: 'disk' | 'browser',
    private readonly file: Writable,
    private readonly handOver: () => Promise<void>,
    private readonly remove: () => Promise<void> = kNothing,
  ) {}

  append(bytes: Uint8Array): Promise<void> {
    return this.file.write({ type: 'write', data: bytes });
  }

  async finish(tail: Uint8Array, patches: readonly Patch[]): Promise<void> {
    await this.append(tail);
    for (const { position, bytes } of patches) await this.file.write({ type: 'write', data: bytes, position });
    await this.file.close();
    await this.handOver();
  }

  async discard(): Promise<void> {
    await this.file.abort().catch(() => undefined);
    await this.remove();
  }
}

/** For browsers that can write nowhere. */
export class MemorySink implements Sink {
  readonly place = 'memory';
  private parts: Uint8Array[] = [];

  constructor(
    private readonly name: string,
    private readonly mime: string,
    private readonly save: (content: Blob, name: string) => void = saveFile,
  ) {}

  append(bytes: Uint8Array): Promise<void> {
    this.parts.push(bytes.slice());
    return kNothing();
  }

  async finish(tail: Uint8Array, patches: readonly Patch[]): Promise<void> {
    await this.append(tail);
    for (const patch of patches) this.write(patch);
    this.save(new Blob(this.parts as BlobPart[], { type: this.mime }), this.name);
    this.parts = [];
  }

  discard(): Promise<void> {
    this.parts = [];
    return kNothing();
  }

  /** A patch may reach over the border of two parts. */
  private write({ position, bytes }: Patch): void {
    let from = 0;
    for (const part of this.parts) {
      for (let index = 0; index < bytes.length; index += 1) {
        const at = position + index - from;
        if (at >= 0 && at < part.length) part[at] = bytes[index] ?? 0;
      }
      from += part.length;
    }
  }
}
