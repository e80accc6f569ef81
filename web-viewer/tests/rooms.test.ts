// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { now } from '../src/lib/clock';
import { RoomStore } from '../src/lib/rooms';
import { roomOf } from './fixtures';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function names(store: RoomStore): string[] {
  return store.sorted.map((room) => room.name);
}

describe('RoomStore', () => {
  it('tells "none" from "not known yet"', () => {
    const store = new RoomStore();
    expect(store.known).toBe(false);
    store.apply({ type: 'rooms', nowMs: now(), rooms: [] });
    expect(store.known).toBe(true);
    expect(store.sorted).toEqual([]);
  });

  it('sorts by name as people count, and never by state', () => {
    const store = new RoomStore();
    const rooms = [
      roomOf({ id: 'c', name: 'Room 10' }),
      roomOf({ id: 'b', name: 'Room 9' }),
      roomOf({ id: 'a', name: 'Art' }),
    ];
    store.apply({ type: 'rooms', nowMs: now(), rooms });
    expect(names(store)).toEqual(['Art', 'Room 9', 'Room 10']);
    store.apply({ type: 'room', nowMs: now(), room: roomOf({ id: 'c', name: 'Room 10', state: 'offline' }) });
    expect(names(store)).toEqual(['Art', 'Room 9', 'Room 10']);
  });

  it('keeps two rooms of one name in a fixed order', () => {
    const store = new RoomStore();
    store.apply({
      type: 'rooms',
      nowMs: now(),
      rooms: [roomOf({ id: 'b', name: 'Lab' }), roomOf({ id: 'a', name: 'Lab' })],
    });
    expect(store.sorted.map((room) => room.id)).toEqual(['a', 'b']);
  });

  it('replaces everything by a snapshot and applies updates and removals', () => {
    const store = new RoomStore();
    store.apply({ type: 'rooms', nowMs: now(), rooms: [roomOf({ id: 'a' }), roomOf({ id: 'b' })] });
    store.apply({ type: 'room', nowMs: now(), room: roomOf({ id: 'a', state: 'stale' }) });
    expect(store.get(roomOf({ id: 'a' }).id)?.state).toBe('stale');
    store.apply({ type: 'removed', nowMs: now(), id: roomOf({ id: 'a' }).id });
    expect(store.sorted.map((room) => room.id)).toEqual(['b']);
    store.apply({ type: 'rooms', nowMs: now(), rooms: [roomOf({ id: 'c' })] });
    expect(store.sorted.map((room) => room.id)).toEqual(['c']);
  });

  it('follows the server’s clock, whatever this machine believes', () => {
    const store = new RoomStore();
    store.apply({ type: 'tick', nowMs: now() + 3_600_000 });
    vi.advanceTimersByTime(1_000);
    expect(store.serverNow - now()).toBeCloseTo(3_600_000, 0);
  });
});
