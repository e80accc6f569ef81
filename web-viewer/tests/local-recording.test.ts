// SPDX-License-Identifier: MIT
import { describe, expect, it, vi } from 'vitest';
import { ascii, integer, joined } from '../src/recording/container';
import { fileName, formatOf } from '../src/recording/format';
import { LocalRecording, type Recorder } from '../src/recording/local-recording';
import { MemorySink, type Sink } from '../src/recording/sink';
import { Scope } from '../src/lib/scope';
import { roomOf } from './fixtures';

const kRoom = roomOf().id;
const kMp4 = 'video/mp4;codecs=avc1.42E01F,opus';

class FakeRecorder extends EventTarget implements Recorder {
  readonly mimeType = kMp4;
  start(): void {
    this.dispatchEvent(new Event('start'));
  }
  stop(): void {
    this.dispatchEvent(new Event('stop'));
  }
  give(bytes: Uint8Array): void {
    const data = { arrayBuffer: () => Promise.resolve(bytes.buffer) };
    this.dispatchEvent(Object.assign(new Event('dataavailable'), { data }));
  }
}

function sinkOf(append: () => Promise<void> = () => Promise.resolve()) {
  const done = (): Promise<void> => Promise.resolve();
  const sink = { place: 'disk' as const, append: vi.fn(append), finish: vi.fn(done), discard: vi.fn(done) };
  return sink;
}

async function setUp(sink: Sink | 'cancelled' | Error = sinkOf(), supported: readonly string[] = [kMp4]) {
  const recorder = new FakeRecorder();
  const scope = new Scope();
  const recording = new LocalRecording(kRoom, {
    isSupported: (type) => supported.includes(type),
    record: () => recorder,
    openSink: () => (sink instanceof Error ? Promise.reject(sink) : Promise.resolve(sink)),
  });
  await recording.start([], scope);
  return { recorder, recording, scope };
}

const over = (recording: LocalRecording) => vi.waitFor(() => expect(recording.phase).toBe('over'));
const kBox = joined(integer(16, 4), ascii('ftyp'), integer(1, 8));

describe('a recording on this device', () => {
  it('writes what the browser gives, counts it, and completes the file when it stops', async () => {
    const sink = sinkOf();
    const { recorder, recording } = await setUp(sink);
    expect([recording.phase, recording.file.endsWith('.mp4')]).toEqual(['recording', true]);
    recorder.give(kBox);
    recorder.give(kBox);
    await vi.waitFor(() => expect(recording.bytes).toBe(32));
    recording.stop();
    await over(recording);
    expect([recording.end, sink.append.mock.calls.length, sink.finish.mock.calls.length]).toEqual(['stopped', 2, 1]);
  });

  it('ends with its scope, keeping the file', async () => {
    const sink = sinkOf();
    const { recording, scope } = await setUp(sink);
    scope.close();
    await over(recording);
    expect([recording.end, sink.finish.mock.calls.length]).toEqual(['stopped', 1]);
  });

  it('says that it was interrupted when the browser ends by itself', async () => {
    const { recorder, recording } = await setUp();
    recorder.stop();
    await over(recording);
    expect(recording.end).toBe('interrupted');
  });

  it('fails when the disk is full, and still tries to complete the file', async () => {
    const sink = sinkOf(() => Promise.reject(new Error('full')));
    const { recorder, recording } = await setUp(sink);
    recorder.give(kBox);
    await over(recording);
    expect([recording.end, sink.finish.mock.calls.length]).toEqual(['failed', 1]);
  });

  it.each([
    ['the person chooses no place', 'cancelled' as const, [kMp4], 'cancelled'],
    ['no place can be had', new Error('no'), [kMp4], 'failed'],
    ['the browser records nothing', sinkOf(), [], 'failed'],
  ])('does not begin when %s', async (_, sink, supported, end) => {
    const { recording } = await setUp(sink, supported);
    expect([recording.phase, recording.end]).toEqual(['over', end]);
  });
});

describe('the file', () => {
  it('is MP4 where the browser can, else WebM', () => {
    expect(formatOf(() => true)?.type).toMatch(/mp4a/);
    expect(formatOf((type) => !type.includes('mp4a'))?.type).toBe(kMp4);
    expect(formatOf((type) => type.includes('webm'))?.extension).toBe('webm');
    expect(formatOf(() => false)).toBeUndefined();
  });

  it('is called by room and time', () => {
    expect(fileName(kRoom, new Date(2026, 2, 9, 14, 5, 7), 'webm')).toBe(`${kRoom}_2026-03-09_14-05-07.webm`);
  });

  it('is patched across its parts in memory', async () => {
    const saved = vi.fn();
    const sink = new MemorySink('a.mp4', 'video/mp4', saved);
    await sink.append(Uint8Array.of(1, 2, 3));
    await sink.append(Uint8Array.of(4, 5));
    await sink.finish(Uint8Array.of(6), [{ position: 2, bytes: Uint8Array.of(9, 8) }]);
    const blob = saved.mock.calls[0]?.[0] as Blob;
    expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([1, 2, 9, 8, 5, 6]);
  });
});
