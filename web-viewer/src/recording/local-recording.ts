// SPDX-License-Identifier: MIT
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import type { RoomId } from '../lib/protocol';
import type { Scope } from '../lib/scope';
import type { Container } from './container';
import { fileName, formatOf, type Format } from './format';
import { Mp4 } from './mp4';
import type { Sink } from './sink';
import { Webm } from './webm';

/** `interrupted`: the picture's connection was replaced, which ends the file. */
export type LocalEnd = 'stopped' | 'interrupted' | 'failed';
export type LocalPhase = 'opening' | 'recording' | 'saving' | 'over';

/** A browser hands over what it recorded so often: as much is lost with the tab. */
const kSliceMs = 1_000;

/** The part of MediaRecorder that is used. */
export interface Recorder extends EventTarget {
  readonly mimeType: string;
  start(sliceMs: number): void;
  stop(): void;
}

export interface LocalParts {
  isSupported(type: string): boolean;
  record(stream: readonly MediaStreamTrack[], type: string): Recorder;
  openSink(name: string, mime: string): Promise<Sink | 'cancelled'>;
}

/** What a room shows, written to a file on this device by the browser itself. */
export class LocalRecording {
  readonly changed = new Emitter();
  phase: LocalPhase = 'opening';
  end: LocalEnd | 'cancelled' | undefined;
  startedMs = 0;
  bytes = 0;
  file = '';

  private recorder: Recorder | undefined;
  private container: Container | undefined;
  private sink: Sink | undefined;
  /** Writes one after the other. */
  private writing: Promise<void> = Promise.resolve();

  constructor(
    readonly room: RoomId,
    private readonly parts: LocalParts,
  ) {}

  get elapsedMs(): number {
    return this.startedMs === 0 ? 0 : now() - this.startedMs;
  }

  /** Must follow a click or a key: the browser asks where to. `scope` ends the recording, not the file. */
  async start(tracks: readonly MediaStreamTrack[], scope: Scope): Promise<void> {
    const format = formatOf((type) => this.parts.isSupported(type));
    if (format === undefined) {
      this.over('failed');
      return;
    }
    this.file = fileName(this.room, new Date(now()), format.extension);
    const sink = await this.parts.openSink(this.file, format.type).catch(() => undefined);
    if (sink === 'cancelled') {
      this.over('cancelled');
      return;
    }
    if (sink === undefined) {
      this.over('failed');
      return;
    }
    if (scope.closed) {
      await sink.discard();
      this.over('cancelled');
      return;
    }
    this.sink = sink;
    this.begin(tracks, format);
    scope.add(() => this.stop());
  }

  /** The file is complete when `phase` is over. */
  stop(why: LocalEnd = 'stopped'): void {
    if (this.phase !== 'recording') return;
    this.end = why;
    this.phase = 'saving';
    this.recorder?.stop();
    this.changed.emit();
  }

  private begin(tracks: readonly MediaStreamTrack[], format: Format): void {
    try {
      const recorder = this.parts.record(tracks, format.type);
      this.container = format.extension === 'mp4' ? new Mp4() : new Webm();
      recorder.addEventListener('dataavailable', (event) => this.hear((event as BlobEvent).data));
      recorder.addEventListener('stop', () => void this.finish());
      recorder.addEventListener('error', () => this.stop('failed'));
      recorder.start(kSliceMs);
      this.recorder = recorder;
      this.startedMs = now();
      this.phase = 'recording';
      this.changed.emit();
    } catch {
      void this.sink?.discard();
      this.over('failed');
    }
  }

  private hear(data: Blob): void {
    this.write(async () => {
      const bytes = this.container?.push(new Uint8Array(await data.arrayBuffer()));
      if (bytes === undefined || bytes.length === 0) return;
      await this.sink?.append(bytes);
      this.bytes += bytes.length;
      this.changed.emit();
    });
  }

  private write(act: () => Promise<void>): void {
    this.writing = this.writing.then(act).catch(() => {
      // The disk is full, or the place is gone.
      this.stop('failed');
    });
  }

  /** Also when the browser ended by itself, because the tracks did. */
  private async finish(): Promise<void> {
    this.end ??= 'interrupted';
    this.phase = 'saving';
    await this.writing;
    try {
      const rest = this.container?.finish();
      if (rest !== undefined) await this.sink?.finish(rest.tail, rest.patches);
      this.over(this.end);
    } catch {
      this.over('failed');
    }
  }

  private over(end: LocalEnd | 'cancelled'): void {
    this.end = end;
    this.phase = 'over';
    this.changed.emit();
  }
}
