// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Room, RoomState } from '../src/lib/protocol';
import { kSettleMs, type Shown } from '../src/wall/shown';
import { roomOf } from './fixtures';
import { wallSetUp } from './wall-fixtures';

const room = (number: number, state: RoomState = 'live', more: Partial<Omit<Room, 'id'>> = {}): Room =>
  roomOf({ id: `r${number}`, name: `Room ${number}`, state, ...more });
const ids = (shown: Shown): string[] => shown.rooms.map(({ id }) => id);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('which rooms are shown', () => {
  it('all by name, numbers in their natural order', () => {
    expect(ids(wallSetUp(room(10), room(2), room(1)).shown)).toEqual(['r1', 'r2', 'r10']);
  });

  it('those with every word of the search, accents and capitals aside', () => {
    const { shown } = wallSetUp(room(1, 'live', { name: 'Química 1' }), room(2, 'live', { name: 'Music 1' }));
    for (const [typed, found] of [
      ['quimica', ['r1']],
      ['1', ['r2', 'r1']],
      ['1 MUS', ['r2']],
      ['r1', ['r1']],
      ['x', []],
      ['  ', ['r2', 'r1']],
    ] as const) {
      shown.setSearch(typed);
      expect(ids(shown)).toEqual(found);
    }
  });

  it('those of a state, of any trouble, of a group', () => {
    const { shown, settings } = wallSetUp(room(1), room(2, 'offline'), room(3, 'no_audio'), room(4, 'privacy'));
    settings.setView({ filter: 'offline' });
    expect(ids(shown)).toEqual(['r2']);
    settings.setView({ filter: 'trouble' });
    expect(ids(shown)).toEqual(['r2', 'r3']);
    settings.saveGroup('Labs', [room(3).id, room(4).id]);
    settings.setView({ group: 'Labs' });
    expect(ids(shown)).toEqual(['r3']);
    settings.removeGroup('Labs');
    expect(ids(shown)).toEqual(['r2', 'r3']);
  });

  it('by a column of the table in either direction, unknown values last or first', () => {
    const bare = room(2);
    const unknown = { ...bare, levelDbfs: undefined };
    const { shown, settings } = wallSetUp(
      room(1, 'live', { levelDbfs: -10 }),
      unknown,
      room(3, 'live', { levelDbfs: -40 }),
    );
    settings.setView({ mode: 'table', column: 'level' });
    expect(ids(shown)).toEqual(['r2', 'r3', 'r1']);
    settings.setView({ direction: 'descending' });
    expect(ids(shown)).toEqual(['r1', 'r3', 'r2']);
  });
});

describe('trouble first', () => {
  const setUp = () => {
    const set = wallSetUp(room(1), room(2), room(3, 'stale'), room(4, 'offline'));
    set.settings.setView({ sort: 'trouble' });
    return set;
  };

  it('puts the worst first and leaves the others by name', () => {
    expect(ids(setUp().shown)).toEqual(['r4', 'r3', 'r1', 'r2']);
  });

  it('waits until nobody has touched the wall for a while', async () => {
    const { shown, tell } = setUp();
    shown.touch();
    await vi.advanceTimersByTimeAsync(kSettleMs - 1_000);
    shown.touch();
    tell(room(1), room(2, 'offline'), room(3), room(4));
    expect(ids(shown)).toEqual(['r4', 'r3', 'r1', 'r2']);
    expect(shown.outdated).toBe(true);
    await vi.advanceTimersByTimeAsync(kSettleMs - 2_000);
    expect(ids(shown)).toEqual(['r4', 'r3', 'r1', 'r2']);
    await vi.advanceTimersByTimeAsync(3_000);
    tell(room(1), room(2, 'offline'), room(3), room(4));
    expect(ids(shown)).toEqual(['r2', 'r1', 'r3', 'r4']);
    expect(shown.outdated).toBe(false);
  });

  it('never moves while it is held, and takes new rooms at the end', async () => {
    const { shown, tell } = setUp();
    shown.toggleHold();
    await vi.advanceTimersByTimeAsync(10 * kSettleMs);
    tell(room(0, 'offline'), room(1), room(2, 'offline'), room(3), room(4));
    expect(ids(shown)).toEqual(['r4', 'r3', 'r1', 'r2', 'r0']);
    tell(room(1), room(2, 'offline'), room(3));
    expect(ids(shown)).toEqual(['r3', 'r1', 'r2']);
    shown.toggleHold();
    expect(ids(shown)).toEqual(['r2', 'r1', 'r3']);
  });

  it('acts at once on what the user chooses, held or not', () => {
    const { shown, settings } = setUp();
    shown.toggleHold();
    settings.setView({ sort: 'name' });
    expect(ids(shown)).toEqual(['r1', 'r2', 'r3', 'r4']);
  });
});

describe('pages', () => {
  const set = (count: number) => wallSetUp(...Array.from({ length: count }, (_, index) => room(index)));

  it('are equally full when they follow the screen', () => {
    const { shown } = set(64);
    shown.setFit(40);
    expect([shown.pages, shown.pageSize, shown.pageRooms.length]).toEqual([2, 32, 32]);
  });

  it('hold exactly as many rooms as the user asks for', () => {
    const { shown, settings } = set(10);
    settings.setView({ perPage: 4 });
    shown.setFit(4);
    expect([shown.pages, shown.pageSize]).toEqual([3, 4]);
    shown.turn(-1);
    expect(shown.pageRooms.map(({ id }) => id)).toEqual(['r8', 'r9']);
    shown.turn(1);
    expect(shown.page).toBe(0);
    shown.reveal(room(5).id);
    expect(shown.page).toBe(1);
  });

  it('end where the rooms end, also when rooms go', () => {
    const { shown, settings, tell } = set(9);
    settings.setView({ perPage: 4 });
    shown.setFit(4);
    shown.turnTo(99);
    expect(shown.page).toBe(2);
    tell(room(1));
    expect([shown.page, shown.pages]).toEqual([0, 1]);
  });
});
