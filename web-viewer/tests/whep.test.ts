// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWhep, type WhepSession } from '../src/live/whep';
import { failure, FakeRelay, success } from './fake-relay';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function open(relay: FakeRelay): Promise<WhepSession> {
  const outcome = await openWhep(relay, () => relay.ticket());
  if (outcome.kind !== 'success') throw new Error('not opened');
  return outcome.value;
}

describe('openWhep', () => {
  it('offers to receive one video and one audio, and applies the answer', async () => {
    const relay = new FakeRelay();
    const session = await open(relay);
    expect(relay.last.kinds).toEqual(['video recvonly', 'audio recvonly']);
    expect(relay.offers).toEqual(['v=0 offer']);
    expect(relay.last).toMatchObject({ local: 'v=0 offer', remote: 'v=0 answer', iceServers: [] });
    expect(session.tracks).toHaveLength(2);
  });

  it('gathers addresses by the TURN servers that the answer names', async () => {
    const relay = new FakeRelay();
    relay.link =
      '<turn:turn.example:3478?transport=udp>; rel="ice-server"; username="17:room-101"; credential="a/b+c="; ' +
      'credential-type="password", </whep/room-101/s1/layer>; rel="urn:ietf:params:whep:ext:core:layer"';
    await open(relay);
    expect(relay.last.iceServers).toEqual([
      { urls: 'turn:turn.example:3478?transport=udp', username: '17:room-101', credential: 'a/b+c=' },
    ]);
  });

  it('leaves no peer behind when the ticket or the offer is refused', async () => {
    const relay = new FakeRelay();
    expect(await openWhep(relay, () => Promise.resolve(failure('forbidden', 403)))).toMatchObject({ kind: 'error' });
    relay.answers.push(failure('conflict', 409, 1_000));
    expect(await openWhep(relay, () => relay.ticket())).toMatchObject({ error: { id: 'conflict' } });
    expect(relay.peers.map((peer) => peer.closed)).toEqual([true, true]);
    expect(relay.removed).toEqual([]);
  });

  it('hangs up at the relay when the answer cannot be used', async () => {
    const relay = new FakeRelay();
    relay.answers.push(success('nonsense', { Location: '/whep/room-101/s1' }));
    expect(await openWhep(relay, () => relay.ticket())).toMatchObject({ error: { id: 'malformed' } });
    expect(relay.removed).toEqual(['/whep/room-101/s1']);
    expect(relay.last.closed).toBe(true);
  });

  it('refuses an answer without a session', async () => {
    const relay = new FakeRelay();
    relay.answers.push(success('v=0 answer'));
    expect(await openWhep(relay, () => relay.ticket())).toMatchObject({ error: { id: 'malformed' } });
    expect(relay.last.closed).toBe(true);
  });

  it.each([
    ['/whep/room-101/abc', '/whep/room-101/abc'],
    ['room-101/abc', '/whep/room-101/abc'],
    ['https://elsewhere.example/whep/room-101/abc', '/whep/room-101/abc'],
  ])('keeps the session %s on its own origin', async (location, path) => {
    const relay = new FakeRelay();
    relay.answers.push(success('v=0 answer', { Location: location }));
    (await open(relay)).close();
    expect(relay.removed).toEqual([path]);
  });

  it('says so when the browser makes no offer', async () => {
    const relay = new FakeRelay();
    relay.createPeer = () => {
      throw new ReferenceError('RTCPeerConnection is not defined');
    };
    expect(await openWhep(relay, () => relay.ticket())).toMatchObject({ error: { id: 'unsupported' } });
  });
});

describe('WhepSession', () => {
  it('is removed and closed once', async () => {
    const relay = new FakeRelay();
    const session = await open(relay);
    session.close();
    session.close();
    expect(relay.removed).toEqual(['/whep/room-101/s1']);
    expect(relay.last.closed).toBe(true);
  });

  it('is gone on 404 only; an outage on the way proves nothing', async () => {
    const relay = new FakeRelay();
    const session = await open(relay);
    expect(await session.vitality()).toBe('alive');
    for (const outage of [failure('bad-gateway', 502), failure('unreachable', 0), failure('internal', 500)]) {
      relay.health = outage;
      expect(await session.vitality()).toBe('unknown');
    }
    relay.health = failure('not-found', 404);
    expect(await session.vitality()).toBe('gone');
  });
});
