// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../src/lib/api';
import { now } from '../src/lib/clock';
import type { Timeline } from '../src/lib/protocol/recordings';
import { Scope } from '../src/lib/scope';
import { filmedAt, placeOf } from '../src/rewind/place';
import { kEdgeMs, marksOf, Rewind, type Screen } from '../src/rewind/rewind';
import { Rewinds } from '../src/rewind/rewinds';
import { roomOf, settle } from './fixtures';
import { wallSetUp } from './wall-fixtures';

const kHour = 3_600_000;
const kRoom = roomOf().id;

const timelineAt = (toMs: number, part: Partial<Timeline> = {}): Timeline => ({
  fromMs: toMs - kHour,
  toMs,
  gaps: [],
  recordings: [],
  playlist: '/hls/room-101/index.m3u8',
  ...part,
});

function answering(rewind: Timeline | undefined): Api {
  const api = new Api();
  const value = { kind: 'success', value: { rewind }, headers: new Headers() };
  vi.spyOn(api, 'call').mockResolvedValue(value as never);
  return api;
}

function screenOf() {
  const screen = {
    shownMs: undefined as number | undefined,
    seek: vi.fn((atMs: number) => void (screen.shownMs = atMs)),
    setRate: vi.fn(),
    setPaused: vi.fn(),
  };
  return screen satisfies Screen;
}

describe('the past of a room', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function setUp(part: Partial<Timeline> = {}) {
    const rewind = new Rewind(new Scope(), answering(timelineAt(now(), part)), kRoom, 'rewind', now);
    await settle();
    const screen = screenOf();
    rewind.setScreen(screen);
    return { rewind, screen };
  }

  it('begins ten seconds back, and moves by ten', async () => {
    const { rewind, screen } = await setUp();
    expect(Math.round(rewind.behindMs / 1_000)).toBe(10);
    rewind.step(-2);
    expect(Math.round(rewind.behindMs / 1_000)).toBe(30);
    rewind.step(1);
    expect([Math.round(rewind.behindMs / 1_000), screen.seek.mock.calls.length]).toEqual([20, 3]);
  });

  it('stays inside the window, and jumps over gaps', async () => {
    const { rewind } = await setUp({ gaps: [{ startMs: now() - 60_000, endMs: now() - 30_000, cause: 'no picture' }] });
    rewind.seek(0);
    expect(rewind.atMs).toBe(rewind.span.fromMs);
    rewind.seek(now() + kHour);
    expect(now() - rewind.atMs).toBe(kEdgeMs);
    rewind.seek(now() - 45_000);
    expect(now() - rewind.atMs).toBe(30_000);
  });

  it('keeps speed and pause for a screen that comes later', async () => {
    const { rewind } = await setUp();
    rewind.setSpeed(2);
    rewind.togglePause();
    const later = screenOf();
    rewind.setScreen(later);
    expect([later.setRate.mock.calls, later.setPaused.mock.calls]).toEqual([[[2]], [[true]]]);
  });

  it('is no witness of the present when it is old', () => {
    const rewind = new Rewind(new Scope(), answering(timelineAt(now())), kRoom, 'delayed', now);
    const screen = screenOf();
    rewind.setScreen(screen);
    screen.shownMs = now() - 45_000;
    rewind.framePresented();
    expect(rewind.lastFrameMs).toBeUndefined();
    screen.shownMs = now() - 8_000;
    rewind.framePresented();
    expect(rewind.lastFrameMs).toBe(now());
  });

  it('says when there is none', async () => {
    const rewind = new Rewind(new Scope(), answering(undefined), kRoom, 'rewind', now);
    await settle();
    expect(rewind.problem).toBe('gone');
  });

  it('marks recordings and gaps', () => {
    const timeline = timelineAt(kHour, {
      gaps: [{ startMs: -5, endMs: kHour / 4, cause: '' }],
      recordings: [
        { id: 'a', startedMs: kHour / 2, endedMs: undefined },
        { id: 'b', startedMs: -9, endedMs: -1 },
      ],
    });
    expect(marksOf(timeline, { fromMs: 0, toMs: kHour })).toEqual([
      { kind: 'recording', from: 0.5, to: 1 },
      { kind: 'gap', from: 0, to: 0.25 },
    ]);
  });
});

describe('a moment in a playlist', () => {
  // A gap of a minute lies between the second and the third piece.
  const pieces = [
    { startS: 100, durationS: 2, filmedMs: 1_000_000 },
    { startS: 102, durationS: 2, filmedMs: 1_002_000 },
    { startS: 104, durationS: 2, filmedMs: 1_064_000 },
  ];

  it.each([
    [1_000_500, 100.5],
    [1_003_000, 103],
    [1_030_000, 104],
    [1_065_000, 105],
    [0, 100],
    [9_000_000, 106],
  ])('%i lies at %f s', (atMs, place) => {
    expect(placeOf(pieces, atMs)).toBeCloseTo(place, 6);
  });

  it('is found back', () => {
    expect([filmedAt(pieces, 100.5), filmedAt(pieces, 105)]).toEqual([1_000_500, 1_065_000]);
    expect([filmedAt([], 1), placeOf([], 1)]).toEqual([undefined, undefined]);
  });
});

describe('rooms that show their past', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function setUp(part: Parameters<typeof roomOf>[0] = { rewindFromMs: 1 }) {
    const { wall, scope, relay } = wallSetUp(roomOf(part));
    const rewinds = new Rewinds(scope, answering(timelineAt(now())), wall, () => Promise.resolve());
    const id = roomOf(part).id;
    await settle();
    return { wall, rewinds, id, relay };
  }

  it('go back by a step and forward by none, and return to the present', async () => {
    const { rewinds, wall, id } = await setUp();
    rewinds.step(id, 1);
    expect(rewinds.of(id)).toBeUndefined();
    rewinds.step(id, -1);
    expect([rewinds.of(id)?.mode, wall.player(id) !== undefined]).toEqual(['rewind', true]);
    rewinds.toggle(id);
    expect(rewinds.of(id)).toBeUndefined();
  });

  it('are none without rewind, and end with the room’s tile', async () => {
    const { rewinds, id } = await setUp({ rewindFromMs: undefined });
    rewinds.toggle(id);
    expect(rewinds.of(id)).toBeUndefined();
    const other = await setUp();
    other.rewinds.toggle(other.id);
    other.wall.closeRoom(other.id);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(other.rewinds.of(other.id)).toBeUndefined();
  });

  it('go over to the slower way when media is blocked, and back when it is not; a person’s choice holds', async () => {
    const { rewinds, wall, id } = await setUp();
    wall.openRoom(id);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(rewinds.of(id)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([wall.player(id)?.problem, rewinds.of(id)?.mode]).toEqual(['no-path', 'delayed']);
    rewinds.toggle(id);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(rewinds.of(id)).toBeUndefined();
  });
});
