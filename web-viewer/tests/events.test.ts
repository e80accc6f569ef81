// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventsClient, kSilenceMs, type Socket } from '../src/lib/events';
import { Scope } from '../src/lib/scope';
import { fixtureText } from './fixtures';

class FakeSocket extends EventTarget implements Socket {
  closed = false;

  sent: string[] = [];

  send(frame: string): void {
    this.sent.push(frame);
  }

  close(): void {
    this.closed = true;
  }

  hear(text: string): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: text }));
  }

  drop(code: number): void {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

function setUp() {
  const scope = new Scope();
  const sockets: FakeSocket[] = [];
  const onSessionEnded = vi.fn();
  const onRefused = vi.fn();
  const openSocket = (): Socket => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket;
  };
  const events = new EventsClient(scope, { openSocket, onSessionEnded, onRefused });
  const heard: string[] = [];
  events.event.subscribe(scope, (event) => heard.push(event.type));
  events.start();
  const last = (): FakeSocket => sockets[sockets.length - 1] ?? expect.unreachable();
  return { scope, events, sockets, last, heard, onSessionEnded, onRefused };
}

const kTick = fixtureText('event-tick');

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('EventsClient', () => {
  it('passes valid events on and refuses others', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { events, last, heard } = setUp();
    expect(events.link).toBe('connecting');
    last().hear(fixtureText('event-rooms'));
    last().hear('{"type":"tick"}');
    last().hear(kTick);
    expect(heard).toEqual(['rooms', 'tick']);
    expect(events.link).toBe('online');
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });

  it('takes silence for a cut and reconnects', () => {
    const { events, sockets, last } = setUp();
    last().hear(kTick);
    vi.advanceTimersByTime(kSilenceMs - 1_000);
    expect(events.link).toBe('online');
    vi.advanceTimersByTime(2_000);
    expect(events.link).toBe('lost');
    expect(sockets[0]?.closed).toBe(true);
    expect(sockets).toHaveLength(2);
    last().hear(kTick);
    expect(events.link).toBe('online');
  });

  it('makes no fuss about one quick reconnection', () => {
    const { events, sockets, last, onRefused } = setUp();
    last().hear(kTick);
    last().drop(1001);
    expect(events.link).toBe('online');
    vi.advanceTimersByTime(300);
    expect(sockets).toHaveLength(2);
    last().drop(1006);
    expect(events.link).toBe('lost');
    expect(onRefused).toHaveBeenCalledTimes(1);
  });

  it('keeps trying through a long outage, not faster than the policy', () => {
    const { sockets, last } = setUp();
    for (let second = 0; second < 60; second += 1) {
      if (!last().closed) last().drop(1006);
      vi.advanceTimersByTime(1_000);
    }
    expect(sockets.length).toBeGreaterThan(8);
    expect(sockets.length).toBeLessThan(30);
  });

  it('does not knock again when the session ended', () => {
    const { sockets, last, onSessionEnded } = setUp();
    last().hear(kTick);
    last().drop(4401);
    vi.advanceTimersByTime(60_000);
    expect(onSessionEnded).toHaveBeenCalledTimes(1);
    expect(sockets).toHaveLength(1);
  });

  it('ends with its scope', () => {
    const { scope, sockets, last } = setUp();
    last().hear(kTick);
    scope.close();
    vi.advanceTimersByTime(60_000);
    expect(last().closed).toBe(true);
    expect(sockets).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hurries when the network returns', () => {
    const { events, sockets, last } = setUp();
    last().drop(1006);
    events.hurry();
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
  });
});
