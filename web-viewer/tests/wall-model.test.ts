// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../src/lib/api';
import { now } from '../src/lib/clock';
import { EventsClient, type Socket } from '../src/lib/events';
import type { Room } from '../src/lib/protocol';
import { RoomStore } from '../src/lib/rooms';
import { Scope } from '../src/lib/scope';
import { Announcer } from '../src/wall/announcer';
import { WallModel } from '../src/wall/wall-model';
import { FakeRelay } from './fake-relay';
import { roomOf } from './fixtures';

class QuietSocket extends EventTarget implements Socket {
  close(): void {
    this.dispatchEvent(new Event('closed'));
  }
}

const kFirst = roomOf({ id: 'room-101', name: 'Room 101' });
const kSecond = roomOf({ id: 'room-102', name: 'Room 102' });

function setUp() {
  const scope = new Scope();
  const relay = new FakeRelay();
  const api = new Api();
  vi.spyOn(api, 'watch').mockImplementation(() => relay.ticket());
  const rooms = new RoomStore();
  const events = new EventsClient(scope, {
    openSocket: () => new QuietSocket(),
    onSessionEnded: () => undefined,
    onRefused: () => undefined,
  });
  const tell = (...told: Room[]): void => {
    events.heardMs = now();
    rooms.apply({ type: 'rooms', nowMs: now(), rooms: told });
  };
  const wall = new WallModel(scope, api, relay, rooms, events);
  tell(kFirst, kSecond);
  return { scope, relay, wall, tell };
}

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
    const { scope, wall, tell } = setUp();
    const said: string[] = [];
    const announcer = new Announcer(scope, wall, (text) => said.push(text));
    announcer.check();
    expect(said).toEqual([]);
    tell({ ...kFirst, state: 'offline', cause: 'camera' }, kSecond);
    announcer.check();
    announcer.check();
    expect(said).toEqual(['Room 101: Offline. The camera does not answer.']);
  });

  it('sums a storm up', () => {
    const { scope, wall, tell } = setUp();
    const rooms = Array.from({ length: 5 }, (_, index) => roomOf({ id: `r${index}`, name: `R${index}` }));
    tell(...rooms);
    const said: string[] = [];
    const announcer = new Announcer(scope, wall, (text) => said.push(text));
    announcer.check();
    tell(...rooms.map((room) => ({ ...room, state: 'offline' as const })));
    announcer.check();
    expect(said).toEqual(['5 rooms have changed state.']);
  });

  it('tells when sound is turned on and off', () => {
    const { scope, wall } = setUp();
    const said: string[] = [];
    const announcer = new Announcer(scope, wall, (text) => said.push(text));
    announcer.check();
    wall.openRoom(kFirst.id);
    wall.toggleSound(kFirst.id);
    announcer.check();
    wall.closeRoom(kFirst.id);
    announcer.check();
    expect(said).toEqual(['Sound of Room 101 is on.', 'Sound is off.']);
  });
});
