// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { measure, readCounters } from '../src/live/stats';
import { snapshotName } from '../src/wall/snapshot';
import { roomOf } from './fixtures';

type Entry = Record<string, unknown>;

function report(video: Entry = {}, pair: Entry = {}): Map<string, Entry> {
  return new Map<string, Entry>([
    ['v', { type: 'inbound-rtp', kind: 'video', codecId: 'c', frameWidth: 640, frameHeight: 360, ...video }],
    ['a', { type: 'inbound-rtp', kind: 'audio', codecId: 'o', bytesReceived: 1_000, packetsReceived: 10 }],
    ['c', { type: 'codec', mimeType: 'video/H264' }],
    ['o', { type: 'codec', mimeType: 'audio/opus' }],
    ['old', { type: 'candidate-pair', nominated: false, state: 'succeeded', currentRoundTripTime: 9 }],
    ['p', { type: 'candidate-pair', nominated: true, state: 'succeeded', ...pair }],
  ]);
}

describe('measurements of a picture', () => {
  it('are rates between two moments', () => {
    const before = readCounters(
      report({
        framesDecoded: 100,
        bytesReceived: 10_000,
        packetsReceived: 90,
        packetsLost: 5,
        jitterBufferDelay: 1,
        jitterBufferEmittedCount: 100,
        totalDecodeTime: 0.1,
      }),
      1_000,
    );
    const after = readCounters(
      report(
        {
          framesDecoded: 150,
          framesDropped: 3,
          bytesReceived: 60_000,
          packetsReceived: 180,
          packetsLost: 15,
          jitter: 0.004,
          jitterBufferDelay: 3,
          jitterBufferEmittedCount: 150,
          totalDecodeTime: 0.2,
        },
        { currentRoundTripTime: 0.02 },
      ),
      3_000,
    );
    const told = measure(before, after);
    expect(told).toMatchObject({ width: 640, height: 360, codec: 'H264', audioCodec: 'opus', dropped: 3 });
    expect(told.framesPerSecond).toBe(25);
    expect(told.bitrateBps).toBe(200_000);
    expect(told.lossShare).toBeCloseTo(0.1);
    expect(told.jitterMs).toBeCloseTo(4);
    expect(told.roundTripMs).toBeCloseTo(20);
    // Half a round trip, 40 ms in the buffer, 2 ms in the decoder.
    expect(told.delayMs).toBeCloseTo(52);
  });

  it('are unknown rather than wrong after the first look, and without a report', () => {
    const told = measure(undefined, readCounters(report({ framesDecoded: 500 }), 1_000));
    expect([told.framesPerSecond, told.bitrateBps, told.lossShare, told.delayMs]).toEqual(Array(4).fill(undefined));
    const empty = readCounters(new Map(), 0);
    expect([empty.width, empty.codec, empty.roundTripMs, empty.frames]).toEqual([undefined, undefined, undefined, 0]);
  });
});

describe('the name of a snapshot', () => {
  it('sorts by room, then by time', () => {
    expect(snapshotName(roomOf({ id: 'room-7' }).id, new Date(2026, 2, 9, 4, 5, 6))).toBe(
      'room-7_2026-03-09_04-05-06.png',
    );
  });
});
