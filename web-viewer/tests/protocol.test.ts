// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import {
  isRoomId,
  parseDeviceCredential,
  parseProblem,
  parseRoom,
  parseRooms,
  parseServerEvent,
  parseSession,
  parseWatchTicket,
} from '../src/lib/protocol';
import { fixture, fixtureText } from './fixtures';

const kRoom = fixture('room') as Record<string, unknown>;

function without(name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kRoom).filter(([key]) => key !== name));
}

describe('the shared samples', () => {
  it('reads a session', () => {
    expect(parseSession(fixture('session'))).toEqual({
      user: { id: 1, name: 'admin', role: 'admin' },
      csrf: '5f0c8a1d9e7b43d2a6c4f1e08b7d9a35',
    });
  });

  it('reads a room', () => {
    expect(parseRoom(kRoom)).toEqual({
      id: 'room-101',
      name: 'Room 101',
      state: 'live',
      cause: 'none',
      detail: '',
      sinceMs: 1_700_000_000_000,
      viewers: 2,
      levelDbfs: -23.1,
      lastFrameMs: 40,
      video: { codec: 'H264', width: 1280, height: 720, bitrateBps: 1_200_000 },
      kind: 'classroom',
      archived: false,
      description: '',
      stillMs: 1_700_000_000_000,
      rights: ['see', 'watch'],
    });
  });

  it('reads what a person may do, and skips rights of a later version', () => {
    const room = parseRoom({ ...kRoom, kind: 'stage', rights: ['see', 'write', 'fly'], owner: { id: 3, name: 'Eva' } });
    expect(room).toMatchObject({ kind: 'stage', rights: ['see', 'write'], owner: { id: 3, name: 'Eva' } });
  });

  it('reads every state of the snapshot', () => {
    const event = parseServerEvent(fixtureText('event-rooms'));
    const rooms = event?.type === 'rooms' ? event.rooms : [];
    expect(rooms.map((room) => room.state)).toEqual(['live', 'standby', 'stale', 'no_audio', 'privacy', 'offline']);
    expect(parseRooms({ rooms: [kRoom, kRoom], next: 'x' })).toMatchObject({ rooms: [{}, {}], next: 'x' });
  });

  it('reads the other events', () => {
    const changed = parseServerEvent(fixtureText('event-room'));
    expect(changed?.type === 'room' && changed.room.cause).toBe('camera');
    expect(parseServerEvent(fixtureText('event-removed'))).toEqual({
      type: 'removed',
      nowMs: 1_700_000_012_000,
      id: 'room-101',
    });
    expect(parseServerEvent(fixtureText('event-tick'))).toEqual({ type: 'tick', nowMs: 1_700_000_015_000 });
  });

  it('reads a ticket and a problem', () => {
    expect(parseWatchTicket(fixture('watch'))).toMatchObject({ url: '/whep/room-101', expires: 1_700_000_600 });
    expect(parseProblem(fixture('problem'))).toEqual({
      id: 'not-found',
      title: 'No such room',
      status: 404,
      detail: 'There is no room "room-9".',
    });
    expect(parseDeviceCredential({ credential: 'abc' })).toBe('abc');
  });
});

describe('what is refused', () => {
  it.each(['id', 'name', 'state', 'cause', 'detail', 'since_ms', 'viewers'])('a room without %s', (name) => {
    expect(parseRoom(without(name))).toBeUndefined();
  });

  it.each([
    ['state', 'LIVE'],
    ['cause', 'gremlins'],
    ['viewers', '2'],
    ['since_ms', null],
    ['level_dbfs', 'loud'],
    ['video', []],
    ['id', '../etc'],
  ])('a room whose %s is %j', (name, value) => {
    expect(parseRoom({ ...kRoom, [name]: value })).toBeUndefined();
  });

  it('a frame that is no event', () => {
    for (const frame of [
      '',
      'null',
      '[]',
      '{"type":"tick"}',
      '{"type":"other","now_ms":1}',
      '{"type":"room","now_ms":1}',
    ]) {
      expect(parseServerEvent(frame)).toBeUndefined();
    }
  });

  it.each(['https://elsewhere.example/whep', '//elsewhere.example/whep', '/\\elsewhere', 'whep/room', ''])(
    'a ticket that sends the token to %j',
    (url) => {
      expect(parseWatchTicket({ url, token: 't', expires: 1 })).toBeUndefined();
    },
  );
});

describe('tolerance', () => {
  it('ignores unknown members', () => {
    expect(parseRoom({ ...kRoom, weather: 'fair' })).toEqual(parseRoom(kRoom));
  });

  it('accepts absent measurements', () => {
    const room = parseRoom(without('level_dbfs'));
    expect(room).toBeDefined();
    expect(room?.levelDbfs).toBeUndefined();
  });

  it('knows a room identifier', () => {
    expect(isRoomId('room-101')).toBe(true);
    expect(isRoomId('a'.repeat(63))).toBe(true);
    for (const id of ['', '-a', 'Room', 'a'.repeat(64), 'a/b']) expect(isRoomId(id)).toBe(false);
  });
});
