// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { RoomRecording } from '../src/lib/protocol/recordings';
import { clockText, extendedMs, recordView, runText } from '../src/recording/record-view';
import { roomOf } from './fixtures';

const kNow = 1_700_000_000_000;
const kMinute = 60_000;
const run = (part: Partial<RoomRecording> = {}): RoomRecording => ({
  id: 'r-1',
  startedMs: kNow - 12 * kMinute,
  untilMs: undefined,
  state: 'recording',
  detail: '',
  ...part,
});

describe('what can be recorded', () => {
  it('is nothing of the past without rewind', () => {
    const view = recordView(roomOf({ rights: ['watch', 'record'], rewindFromMs: undefined }), kNow);
    expect(view).toEqual({ run: 'none', mayRecord: true, prerolls: [0], clips: [] });
  });

  it('reaches as far back as the room’s past', () => {
    const room = roomOf({ rights: ['watch'], rewindFromMs: kNow - 2 * kMinute });
    const view = recordView(room, kNow);
    expect([view.mayRecord, view.prerolls, view.clips]).toEqual([false, [0, 30, 60, 120], [1, 5]]);
    const long = recordView(roomOf({ rewindFromMs: kNow - 120 * kMinute }), kNow);
    expect([long.prerolls.at(-1), long.clips]).toEqual([300, [1, 5, 15, 30]]);
  });
});

describe('a mark of a recording', () => {
  it('tells how long it has run, or what is wrong', () => {
    expect(runText(roomOf({ recording: undefined }), kNow)).toBe('');
    expect(runText(roomOf({ recording: run() }), kNow)).toBe('Recording for 12 min');
    expect(runText(roomOf({ recording: run({ state: 'waiting' }) }), kNow)).toMatch(/waits/);
    const full = run({ state: 'failed', detail: 'The disk of the recorder is full.' });
    expect(runText(roomOf({ recording: full }), kNow)).toBe('The disk of the recorder is full.');
  });

  it.each([
    [0, '0:00'],
    [7_900, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
    [-5, '0:00'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(clockText(ms)).toBe(text);
  });

  it('is prolonged from its end, or from now when it has none that is to come', () => {
    expect(extendedMs(kNow + kMinute, kNow)).toBe(kNow + 31 * kMinute);
    expect(extendedMs(undefined, kNow)).toBe(kNow + 30 * kMinute);
    expect(extendedMs(kNow - kMinute, kNow)).toBe(kNow + 30 * kMinute);
  });
});
