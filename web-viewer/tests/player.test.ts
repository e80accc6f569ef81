// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Scope } from '../src/lib/scope';
import { Player } from '../src/live/player';
import { failure, FakeRelay } from './fake-relay';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp(relay = new FakeRelay(), expiresInS = 600) {
  const scope = new Scope();
  const player = new Player(scope, { transport: relay, fetchTicket: () => relay.ticket(expiresInS) });
  return { scope, player, relay };
}

/** Frames at 10 per second for `ms`. */
async function play(player: Player, ms: number): Promise<void> {
  for (let elapsed = 0; elapsed < ms; elapsed += 100) {
    player.framePresented();
    await vi.advanceTimersByTimeAsync(100);
  }
}

describe('Player', () => {
  it('connects, plays and hangs up', async () => {
    const { scope, player, relay } = setUp();
    expect(player.phase).toBe('connecting');
    await vi.advanceTimersByTimeAsync(100);
    expect(player.tracks).toHaveLength(2);
    await play(player, 1_000);
    expect(player.phase).toBe('live');
    scope.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(relay.removed).toEqual(['/whep/room-101/s1']);
    expect(relay.last.closed).toBe(true);
    expect(relay.peers).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hangs up when it is closed while the relay is still answering', async () => {
    const { scope, relay } = setUp();
    scope.close();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(relay.last.closed).toBe(true);
    expect(relay.removed).toEqual(relay.offers.map((_, index) => `/whep/room-101/s${index + 1}`));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks nothing while frames advance', async () => {
    const { player, relay } = setUp();
    await play(player, 30_000);
    expect(relay.probes).toBe(0);
  });

  it('keeps a living session when the camera stops, and the picture comes back in it', async () => {
    const { player, relay } = setUp();
    await play(player, 1_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(player.phase).toBe('stalled');
    expect(relay.probes).toBeGreaterThan(10);
    expect(relay.probes).toBeLessThan(30);
    await play(player, 500);
    expect(player.phase).toBe('live');
    expect(relay.offers).toHaveLength(1);
  });

  it('reports stopped frames within 3 s', async () => {
    const { player } = setUp();
    await play(player, 1_000);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(player.phase).toBe('stalled');
  });

  it('keeps the session through an outage of the server and asks each second', async () => {
    const { player, relay } = setUp();
    await play(player, 1_000);
    relay.health = failure('bad-gateway', 502);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(relay.offers).toHaveLength(1);
    expect(relay.probes).toBeGreaterThanOrEqual(16);
  });

  it('reconnects quickly when the relay has forgotten the session', async () => {
    const { player, relay } = setUp();
    await play(player, 1_000);
    relay.health = failure('not-found', 404);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(relay.offers.length).toBeGreaterThanOrEqual(2);
    expect(relay.peers[0]?.closed).toBe(true);
    expect(relay.ticketsAsked).toBe(1);
    relay.health = { kind: 'success', value: true, headers: new Headers() };
    await play(player, 1_000);
    expect(player.phase).toBe('live');
  });

  it('does not take the picture that a browser presents at the end of a session for a new one', async () => {
    const { player, relay } = setUp();
    await play(player, 1_000);
    const last = player.frames.lastFrameMs;
    relay.answers.push(failure('bad-gateway', 502));
    relay.last.become('failed');
    player.framePresented();
    await vi.advanceTimersByTimeAsync(100);
    player.framePresented();
    expect(player.frames.lastFrameMs).toBe(last);
    expect(player.phase).toBe('retrying');
  });

  it('takes a picture that is presented again and again for one picture', async () => {
    const { player } = setUp();
    await play(player, 1_000);
    player.framePresented(90_000);
    const last = player.frames.lastFrameMs;
    for (let again = 0; again < 30; ++again) {
      await vi.advanceTimersByTimeAsync(100);
      player.framePresented(90_000);
    }
    expect(player.frames.lastFrameMs).toBe(last);
    expect(player.phase).toBe('stalled');
    player.framePresented(99_000);
    expect(player.phase).toBe('live');
  });

  it('does not touch a playing session when the relay would say 404', async () => {
    const { player, relay } = setUp();
    relay.health = failure('not-found', 404);
    await play(player, 10_000);
    expect(relay.offers).toHaveLength(1);
  });

  it('reconnects when the connection fails, without asking', async () => {
    const { player, relay } = setUp();
    await play(player, 1_000);
    relay.last.become('failed');
    await vi.advanceTimersByTimeAsync(300);
    expect(relay.offers).toHaveLength(2);
    expect(player.phase).toBe('retrying');
  });

  it('waits as long as the relay asks when nobody publishes', async () => {
    const relay = new FakeRelay();
    relay.answers.push(failure('conflict', 409, 3_000));
    const { player } = setUp(relay);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(player.phase).toBe('retrying');
    expect(player.problem).toBe('conflict');
    expect(relay.offers).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(relay.offers).toHaveLength(2);
  });

  it('asks for a new ticket when the old one is refused or about to expire', async () => {
    const relay = new FakeRelay();
    relay.answers.push(failure('unauthenticated', 401), failure('conflict', 409, 0));
    setUp(relay);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(relay.offers).toHaveLength(3);
    expect(relay.ticketsAsked).toBe(2);

    const short = new FakeRelay();
    short.answers.push(failure('conflict', 409, 0));
    setUp(short, 20);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(short.ticketsAsked).toBe(2);
  });

  it('says when media finds no way through', async () => {
    const { player } = setUp();
    await vi.advanceTimersByTimeAsync(8_000);
    expect(player.phase).toBe('stalled');
    expect(player.problem).toBe('no-path');
  });

  it('counts decoded frames while nobody can see the picture', async () => {
    const { player, relay } = setUp();
    await play(player, 1_000);
    player.setVisibility('hidden');
    for (let step = 0; step < 50; step += 1) {
      relay.last.framesDecoded += 1;
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(player.phase).toBe('live');
    await vi.advanceTimersByTimeAsync(4_000);
    expect(player.phase).toBe('stalled');
  });

  it('does not take the first count of a hidden picture for progress', async () => {
    const { player, relay } = setUp();
    relay.last.framesDecoded = 500;
    player.setVisibility('hidden');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(player.frames.lastFrameMs).toBeUndefined();
  });

  describe('with layers', () => {
    const link = '<s/layer>; rel="urn:ietf:params:whep:ext:core:layer"';

    it('opens with the layer that is wanted and changes it in the session', async () => {
      const relay = new FakeRelay();
      relay.link = link;
      const { player } = setUp(relay);
      player.setLayer('low');
      await play(player, 500);
      expect(relay.opened).toEqual(['auto']);
      expect(relay.chosen).toEqual(['/whep/s/layer low']);
      player.setLayer('high');
      await play(player, 500);
      expect(relay.chosen.at(-1)).toBe('/whep/s/layer high');
      expect(relay.offers).toHaveLength(1);
      relay.last.become('failed');
      await vi.advanceTimersByTimeAsync(300);
      expect(relay.opened).toEqual(['auto', 'high']);
    });

    it('asks again after an outage, and not where there is nothing to choose', async () => {
      const relay = new FakeRelay();
      relay.link = link;
      relay.choices.push(failure('bad-gateway', 502));
      const { player } = setUp(relay);
      await play(player, 500);
      player.setLayer('low');
      await play(player, 5_000);
      expect(relay.chosen).toHaveLength(2);
      const plain = new FakeRelay();
      const other = setUp(plain).player;
      await play(other, 500);
      other.setLayer('low');
      await play(other, 5_000);
      expect(plain.chosen).toEqual([]);
    });
  });
});
