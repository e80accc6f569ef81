// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Room } from '../src/lib/protocol';
import { Tour } from '../src/wall/tour';
import { roomOf } from './fixtures';
import { wallSetUp } from './wall-fixtures';

const room = (number: number): Room => roomOf({ id: `r${number}`, name: `Room ${number}` });
const kRooms = [room(1), room(2), room(3)];
const kIntervalMs = 5_000;

function setUp(...rooms: typeof kRooms) {
  const set = wallSetUp(...(rooms.length > 0 ? rooms : kRooms));
  return { ...set, tour: new Tour(set.scope, set.wall, set.shown) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the guard tour', () => {
  it('turns pages in a circle, and stands still while it is paused', async () => {
    const { tour, shown, settings } = setUp();
    settings.setView({ perPage: 4 });
    shown.setFit(2);
    tour.start('pages', kIntervalMs);
    expect(shown.page).toBe(0);
    await vi.advanceTimersByTimeAsync(kIntervalMs);
    expect(shown.page).toBe(1);
    tour.togglePause();
    await vi.advanceTimersByTimeAsync(10 * kIntervalMs);
    expect([tour.phase, shown.page]).toEqual(['paused', 1]);
    tour.togglePause();
    await vi.advanceTimersByTimeAsync(kIntervalMs);
    expect(shown.page).toBe(0);
  });

  it('shows room after room, and closes those that it opened', async () => {
    const { tour, wall } = setUp();
    wall.openRoom(room(2).id);
    tour.start('rooms', kIntervalMs);
    expect(wall.full).toBe('r1');
    await vi.advanceTimersByTimeAsync(kIntervalMs);
    expect([wall.full, ...wall.opened]).toEqual(['r2', 'r2']);
    await vi.advanceTimersByTimeAsync(kIntervalMs);
    expect(wall.full).toBe('r3');
    expect([...wall.opened].sort()).toEqual(['r2', 'r3']);
    await vi.advanceTimersByTimeAsync(kIntervalMs);
    expect(wall.full).toBe('r1');
    tour.stop();
    expect([wall.full, ...wall.opened]).toEqual([undefined, 'r2']);
  });

  it('passes over rooms that cannot be reached', async () => {
    const { tour, wall } = setUp(room(1), { ...room(2), state: 'offline' }, room(3));
    tour.start('rooms', 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(wall.full).toBe('r3');
  });

  it('ends when somebody leaves the full view', async () => {
    const { tour, wall } = setUp();
    tour.start('rooms', kIntervalMs);
    wall.leaveFull();
    expect([tour.phase, ...wall.opened]).toEqual(['off']);
    await vi.advanceTimersByTimeAsync(2 * kIntervalMs);
    expect(wall.full).toBeUndefined();
  });
});
