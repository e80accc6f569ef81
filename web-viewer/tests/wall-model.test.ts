// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer } from '../src/wall/announcer';
import { kMostOpened, kParkMs } from '../src/wall/wall-model';
import { roomOf } from './fixtures';
import { wallSetUp } from './wall-fixtures';

const kFirst = roomOf({ id: 'room-101', name: 'Room 101' });
const kSecond = roomOf({ id: 'room-102', name: 'Room 102' });

const setUp = () => wallSetUp(kFirst, kSecond);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('WallModel', () => {
  it('loads nothing until a room is opened, and opens it once', async () => {
    const { relay, wall } = setUp();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(relay.peers).toHaveLength(0);
    wall.openRoom(kFirst.id);
    wall.openRoom(kFirst.id);
    await vi.advanceTimersByTimeAsync(100);
    expect(relay.offers).toHaveLength(1);
  });

  it('lets one room be heard at a time, and only an open one', () => {
    const { wall } = setUp();
    wall.toggleSound(kFirst.id);
    expect([...wall.heard]).toEqual([]);
    wall.openRoom(kFirst.id);
    wall.openRoom(kSecond.id);
    wall.toggleSound(kFirst.id);
    wall.toggleSound(kSecond.id);
    expect([...wall.heard]).toEqual([kSecond.id]);
    wall.toggleSound(kSecond.id);
    expect([...wall.heard]).toEqual([]);
  });

  it('lets several rooms be heard together when that is chosen, and one again when it is not', () => {
    const { wall } = setUp();
    wall.openRoom(kFirst.id);
    wall.openRoom(kSecond.id);
    wall.setSoundMode('mixed');
    wall.toggleSound(kFirst.id);
    wall.toggleSound(kSecond.id);
    expect([...wall.heard]).toEqual([kFirst.id, kSecond.id]);
    wall.setSoundMode('one');
    expect([...wall.heard]).toEqual([kSecond.id]);
  });

  it('keeps a volume per room within its bounds', () => {
    const { wall } = setUp();
    expect(wall.volume(kFirst.id)).toBe(1);
    wall.setVolume(kFirst.id, 0.25);
    wall.setVolume(kSecond.id, 7);
    expect([wall.volume(kFirst.id), wall.volume(kSecond.id)]).toEqual([0.25, 1]);
  });

  it('opens many rooms up to its limit', () => {
    const { wall, tell } = setUp();
    const rooms = Array.from({ length: kMostOpened + 5 }, (_, index) => roomOf({ id: `r${index}` }));
    tell(...rooms);
    expect(wall.openMany(rooms.map((room) => room.id))).toBe(kMostOpened);
    expect(wall.opened).toHaveLength(kMostOpened);
  });

  it('stops loading a room that is out of sight for a while, and goes on when it is back', async () => {
    const { relay, wall } = setUp();
    wall.openRoom(kFirst.id);
    await vi.advanceTimersByTimeAsync(100);
    wall.inSight(new Set());
    await vi.advanceTimersByTimeAsync(kParkMs - 500);
    wall.inSight(new Set());
    expect(wall.player(kFirst.id)).toBeDefined();
    await vi.advanceTimersByTimeAsync(500);
    wall.inSight(new Set());
    expect(wall.player(kFirst.id)).toBeUndefined();
    expect(relay.removed).toHaveLength(1);
    expect(wall.opened).toEqual([kFirst.id]);
    wall.inSight(new Set([kFirst.id]));
    expect(wall.player(kFirst.id)).toBeDefined();
  });

  it('goes on in the best layer out of sight while this device needs it', async () => {
    const { relay, wall } = setUp();
    wall.openRoom(kFirst.id);
    await vi.advanceTimersByTimeAsync(100);
    wall.setNeeded(kFirst.id, true);
    wall.inSight(new Set());
    await vi.advanceTimersByTimeAsync(kParkMs + 1_000);
    wall.inSight(new Set());
    expect([wall.player(kFirst.id)?.layer, relay.removed]).toEqual(['high', []]);
    wall.setNeeded(kFirst.id, false);
    expect(wall.player(kFirst.id)?.layer).toBe('low');
  });

  it('forgets a room that is closed while it is out of sight', async () => {
    const { wall } = setUp();
    wall.openRoom(kFirst.id);
    wall.inSight(new Set());
    await vi.advanceTimersByTimeAsync(kParkMs);
    wall.inSight(new Set());
    wall.closeAll();
    wall.inSight(new Set([kFirst.id]));
    expect(wall.opened).toEqual([]);
  });

  it('releases the session, the sound and the full view of a closed room', async () => {
    const { relay, wall } = setUp();
    wall.showFull(kFirst.id);
    wall.toggleSound(kFirst.id);
    await vi.advanceTimersByTimeAsync(100);
    wall.closeRoom(kFirst.id);
    expect([wall.heard.size, wall.full, wall.player(kFirst.id)]).toEqual([0, undefined, undefined]);
    expect(relay.removed).toEqual(['/whep/room-101/s1']);
    expect(relay.last.closed).toBe(true);
  });

  it('closes a room that was removed and leaves the others alone', async () => {
    const { relay, wall, tell } = setUp();
    wall.openRoom(kFirst.id);
    wall.openRoom(kSecond.id);
    await vi.advanceTimersByTimeAsync(100);
    tell(kSecond);
    expect(wall.player(kFirst.id)).toBeUndefined();
    expect(wall.player(kSecond.id)).toBeDefined();
    expect(relay.removed).toHaveLength(1);
  });

  it('releases everything with its scope', async () => {
    const { scope, relay, wall } = setUp();
    wall.openRoom(kFirst.id);
    wall.openRoom(kSecond.id);
    await vi.advanceTimersByTimeAsync(100);
    scope.close();
    expect(relay.removed).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not repeat the server’s word after 12 s of silence, except where frames prove it', async () => {
    const { wall } = setUp();
    wall.openRoom(kFirst.id);
    for (let step = 0; step < 130; step += 1) {
      await vi.advanceTimersByTimeAsync(100);
      wall.player(kFirst.id)?.framePresented();
    }
    expect(wall.condition(kFirst).state).toBe('live');
    expect(wall.condition(kSecond).state).toBe('offline');
  });
});

describe('Announcer', () => {
  it('tells changes of state, not the first sight of a room', () => {
    const { scope, wall, shown, tell } = setUp();
    const said: string[] = [];
    const announcer = new Announcer(scope, wall, shown, (text) => said.push(text));
    announcer.check();
    expect(said).toEqual([]);
    tell({ ...kFirst, state: 'offline', cause: 'camera' }, kSecond);
    announcer.check();
    announcer.check();
    expect(said).toEqual(['Room 101: Offline. The camera does not answer.']);
  });

  it('sums a storm up', () => {
    const { scope, wall, shown, tell } = setUp();
    const rooms = Array.from({ length: 5 }, (_, index) => roomOf({ id: `r${index}`, name: `R${index}` }));
    tell(...rooms);
    const said: string[] = [];
    const announcer = new Announcer(scope, wall, shown, (text) => said.push(text));
    announcer.check();
    tell(...rooms.map((room) => ({ ...room, state: 'offline' as const })));
    announcer.check();
    expect(said).toEqual(['5 rooms have changed state.']);
  });

  it('tells how many rooms a search has found, once', () => {
    const { scope, wall, shown } = setUp();
    const said: string[] = [];
    const announcer = new Announcer(scope, wall, shown, (text) => said.push(text));
    announcer.check();
    shown.setSearch('102');
    announcer.check();
    announcer.check();
    expect(said).toEqual(['1 of 2 rooms']);
  });

  it('tells when sound is turned on and off', () => {
    const { scope, wall, shown } = setUp();
    const said: string[] = [];
    const announcer = new Announcer(scope, wall, shown, (text) => said.push(text));
    announcer.check();
    wall.openRoom(kFirst.id);
    wall.toggleSound(kFirst.id);
    announcer.check();
    wall.closeRoom(kFirst.id);
    announcer.check();
    expect(said).toEqual(['Sound of Room 101 is on.', 'Sound is off.']);
  });
});
