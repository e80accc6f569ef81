// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Scope } from '../src/lib/scope';
import { ExpectedRooms } from '../src/wall/expected-rooms';
import { roomOf } from './fixtures';
import { memoryDocument, wallSetUp } from './wall-fixtures';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('how many rooms are expected', () => {
  it('as many as there were the last time, a dozen for whoever is new or kept nonsense', () => {
    const { wall, shown } = wallSetUp();
    const count = (kept: unknown): number =>
      new ExpectedRooms(new Scope(), wall.rooms, shown, memoryDocument(kept)).count;
    expect([26, undefined, 'x', -1, 1.5, 1e9].map(count)).toEqual([26, 12, 12, 12, 12, 12]);
  });

  it('those of the filter and the group, but not of a search', () => {
    const { wall, shown, settings } = wallSetUp(roomOf({ id: 'r1' }), roomOf({ id: 'r2', state: 'offline' }));
    const store = memoryDocument(26);
    expect(new ExpectedRooms(new Scope(), wall.rooms, shown, store).count).toBe(26);
    shown.setSearch('r1');
    expect(store.kept).toBe(26);
    shown.setSearch('');
    expect(store.kept).toBe(2);
    settings.setView({ filter: 'offline' });
    expect(store.kept).toBe(1);
  });
});
