// SPDX-License-Identifier: MIT
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../src/lib/api';
import { readJson, readText, send } from '../src/lib/http';
import { parseSession } from '../src/lib/protocol';
import { fixtureText, roomOf } from './fixtures';

function answer(...responses: (Response | Error)[]) {
  const calls: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push({ url, init });
    const next = responses.shift() ?? new Error('no more answers');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  return calls;
}

const kGet = { method: 'GET', url: '/x' } as const;

afterEach(() => vi.unstubAllGlobals());

describe('send', () => {
  it('returns the value that was read', async () => {
    answer(new Response(fixtureText('session')));
    const outcome = await send(kGet, readJson(parseSession));
    expect(outcome.kind === 'success' && outcome.value.user.name).toBe('admin');
  });

  it('returns the problem of the answer', async () => {
    answer(new Response(fixtureText('problem'), { status: 404, headers: { 'Retry-After': '2' } }));
    const outcome = await send(kGet, readText);
    expect(outcome).toEqual({
      kind: 'error',
      error: { id: 'not-found', status: 404, detail: 'There is no room "room-9".', retryAfterMs: 2_000 },
    });
  });

  it('survives answers that make no sense', async () => {
    answer(new Response('<html>', { status: 200 }), new Response('<html>', { status: 502 }));
    expect(await send(kGet, readJson(parseSession))).toMatchObject({
      kind: 'error',
      error: { id: 'malformed', status: 200 },
    });
    expect(await send(kGet, readText)).toMatchObject({ kind: 'error', error: { id: 'malformed', status: 502 } });
  });

  it('tells no answer from giving up', async () => {
    answer(new TypeError('network'), new TypeError('aborted'));
    expect(await send(kGet, readText)).toMatchObject({ kind: 'error', error: { id: 'unreachable', status: 0 } });
    const controller = new AbortController();
    controller.abort();
    expect(await send({ ...kGet, signal: controller.signal }, readText)).toEqual({ kind: 'aborted' });
  });
});

describe('Api', () => {
  it('carries the CSRF token of the session on every change and on no reading', async () => {
    const calls = answer(
      new Response(fixtureText('session')),
      new Response(fixtureText('watch')),
      new Response(fixtureText('session')),
      new Response(null, { status: 204 }),
    );
    const api = new Api();
    await api.signIn('admin', 'secret');
    await api.watch(roomOf().id, new AbortController().signal);
    await api.session();
    await api.signOut();
    const tokens = calls.map((call) => new Headers(call.init.headers).get('X-CSRF-Token'));
    const csrf = '5f0c8a1d9e7b43d2a6c4f1e08b7d9a35';
    expect(tokens).toEqual([null, csrf, null, csrf]);
    expect(calls.map((call) => `${call.init.method ?? ''} ${call.url}`)).toEqual([
      'POST /api/v1/session',
      'POST /api/v1/rooms/room-101/watch',
      'GET /api/v1/session',
      'DELETE /api/v1/session',
    ]);
  });

  it('reports a session that ended while watching', async () => {
    const problem = JSON.stringify({ type: 'urn:classcast:error:unauthenticated', title: 'Sign in', status: 401 });
    answer(new Response(problem, { status: 401 }));
    const api = new Api();
    api.onUnauthenticated = vi.fn();
    await api.watch(roomOf().id, new AbortController().signal);
    expect(api.onUnauthenticated).toHaveBeenCalledTimes(1);
  });
});
