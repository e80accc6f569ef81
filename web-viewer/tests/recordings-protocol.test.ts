// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { parseFrame, parseRoom } from '../src/lib/protocol';
import { parseRecording, parseRecordings, parseStorage, parseTimeline } from '../src/lib/protocol/recordings';
import { fixture } from './fixtures';

const kRecording = { id: 'r-1', room: 'room-101', state: 'ready', started_ms: 5 };

describe('a recording in a message', () => {
  it('needs little, and keeps all that it has', () => {
    expect(parseRecording(kRecording)).toMatchObject({
      id: 'r-1',
      roomName: 'room-101',
      title: '',
      gaps: [],
      rights: [],
    });
    const full = {
      ...kRecording,
      title: 'Biology',
      room_name: 'Room 101',
      protected: true,
      thumbnail: true,
      by: { id: 7, name: 'Anna' },
      gaps: [{ start_ms: 1, end_ms: 2, cause: 'no picture' }],
      rights: ['watch'],
      duration_ms: 9,
    };
    expect(parseRecording(full)).toMatchObject({ title: 'Biology', by: 'Anna', isProtected: true, durationMs: 9 });
  });

  it.each([{ ...kRecording, state: 'new' }, { ...kRecording, gaps: [{}] }, { id: 7 }, null])(
    'is refused: %j',
    (value) => {
      expect(parseRecording(value)).toBeUndefined();
    },
  );

  it('comes in pages', () => {
    const page = { recordings: [kRecording], more: true, next: 'c' };
    expect(parseRecordings(page)?.next).toBe('c');
    expect(parseRecordings({ ...page, more: false })?.next).toBeUndefined();
  });

  it('comes as an event of its own', () => {
    const frame = parseFrame(JSON.stringify({ type: 'recording', recording: kRecording }));
    expect(frame).toMatchObject({ event: { type: 'recording', recording: { id: 'r-1' } } });
  });

  it('is told by its room', () => {
    const base = fixture('room') as object;
    const recording = { id: 'r-1', started_ms: 5, state: 'waiting', detail: 'No picture.' };
    expect(parseRoom({ ...base, recording, rewind_from_ms: 4 })).toMatchObject({
      recording: { state: 'waiting', untilMs: undefined },
      rewindFromMs: 4,
    });
    expect(parseRoom(base)?.recording).toBeUndefined();
  });
});

describe('the window of rewind', () => {
  const timeline = { rewind: true, from_ms: 1, to_ms: 9, playlist: '/hls/room-101/index.m3u8' };

  it('may be switched off, and comes from this server only', () => {
    expect(parseTimeline({ rewind: false })).toEqual({ rewind: undefined });
    expect(parseTimeline(timeline)?.rewind?.playlist).toBe('/hls/room-101/index.m3u8');
    expect(parseTimeline({ ...timeline, playlist: '//elsewhere.example/x' })).toBeUndefined();
    expect(parseTimeline({ ...timeline, playlist: 'https://elsewhere.example/x' })).toBeUndefined();
  });
});

describe('storage', () => {
  it('is told by recorder, with an estimate when there is one', () => {
    const recorder = { name: 'here', connected: true, path: '/srv', free: 1, total: 2, state: 'low' };
    expect(parseStorage({ recorders: [recorder] })).toMatchObject({
      recorders: [{ state: 'low' }],
      daysLeft: undefined,
    });
    const estimate = { bytes_per_day: 3, days_left: 4 };
    expect(parseStorage({ recorders: [], estimate })).toMatchObject({ bytesPerDay: 3, daysLeft: 4 });
  });
});
