// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../src/lib/api';
import type { Outcome } from '../src/lib/http';
import { Scope } from '../src/lib/scope';
import { ServerDocument } from '../src/lib/server-document';
import { settle } from './fixtures';
import { memoryDocument } from './wall-fixtures';

const failed = (status: number): Outcome<never> => ({
  kind: 'error',
  error: { id: 'x', status, detail: '', retryAfterMs: undefined },
});
const done = <T>(value: T): Outcome<T> => ({ kind: 'success', value, headers: new Headers() });

function setUp(kept?: unknown, unsent?: unknown) {
  const scope = new Scope();
  const api = new Api();
  const asked = vi.spyOn(api, 'call');
  const copy = memoryDocument(kept);
  const pending = memoryDocument(unsent);
  const document = new ServerDocument(scope, api, copy, 'wall', pending);
  const arrived = vi.fn();
  document.arrived.subscribe(scope, arrived);
  const sent = () => asked.mock.calls.filter(([method]) => method === 'PUT').map((call) => call[3]);
  return { scope, asked, copy, document, arrived, sent };
}

describe('a document at the server', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes before the copy of this browser', async () => {
    const { asked, document, arrived, sent } = setUp({ old: 1 });
    asked.mockResolvedValueOnce(done({ fresh: 2 }));
    expect(document.load()).toEqual({ old: 1 });
    await document.start();
    expect([document.load(), arrived.mock.calls.length, sent()]).toEqual([{ fresh: 2 }, 1, []]);
  });

  it('begins with what this browser kept', async () => {
    const { asked, document, sent } = setUp({ old: 1 });
    asked.mockResolvedValueOnce(failed(404)).mockResolvedValue(done(true));
    await document.start();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent()).toEqual([{ old: 1 }]);
  });

  it('never takes the place of a choice made meanwhile', async () => {
    const { asked, document, arrived } = setUp();
    let answer: (outcome: Outcome<unknown>) => void = () => undefined;
    asked.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)) as never).mockResolvedValue(done(true));
    const started = document.start();
    document.save({ mine: 1 });
    answer(done({ theirs: 2 }));
    await started;
    expect([document.load(), arrived.mock.calls.length]).toEqual([{ mine: 1 }, 0]);
  });

  it('is sent once for a burst of changes, again after a failure, and not again after a refusal', async () => {
    const { asked, document, sent } = setUp();
    asked.mockResolvedValueOnce(failed(0)).mockResolvedValueOnce(done(true)).mockResolvedValue(failed(413));
    document.save({ a: 1 });
    document.save({ a: 2 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent()).toEqual([{ a: 2 }, { a: 2 }]);
    document.save({ a: 3 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent()).toHaveLength(3);
  });

  it('sends first what the page before could not send', async () => {
    const { asked, document, arrived, sent } = setUp({ a: 1 }, { a: 1 });
    asked.mockResolvedValue(done(true));
    await document.start();
    expect([sent(), arrived.mock.calls.length, asked.mock.calls.length]).toEqual([[{ a: 1 }], 0, 1]);
  });

  it('is sent at once before signing out', async () => {
    const { asked, document, sent } = setUp();
    asked.mockResolvedValue(done(true));
    document.save({ a: 1 });
    await document.flush();
    await settle();
    expect(sent()).toEqual([{ a: 1 }]);
  });
});
