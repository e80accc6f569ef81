// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../src/lib/api';
import type { Outcome } from '../src/lib/http';
import { parseRecording, type Recording } from '../src/lib/protocol/recordings';
import { Scope } from '../src/lib/scope';
import { filterOf, kNoFilter, LibraryModel, matches, queryOf } from '../src/library/library-model';
import { actsOf, factsOf, fateOf, stateText, titleOf } from '../src/library/recording-view';

const kDay = 24 * 3_600_000;
const kNoon = new Date(2026, 2, 9, 12).getTime();

function recordingOf(part: Partial<Recording> = {}): Recording {
  const base = parseRecording({
    id: 'r-1',
    room: 'room-101',
    room_name: 'Room 101',
    state: 'ready',
    started_ms: kNoon,
  });
  if (base === undefined) throw new Error('refused');
  return { ...base, rights: ['watch', 'record'], ...part };
}

const page = (recordings: readonly Recording[], next?: string): Outcome<unknown> => ({
  kind: 'success',
  value: { recordings, next },
  headers: new Headers(),
});

function setUp(...answers: Outcome<unknown>[]) {
  const api = new Api();
  const call = vi.spyOn(api, 'call');
  for (const answer of answers) call.mockResolvedValueOnce(answer as never);
  const model = new LibraryModel(new Scope(), api);
  const asked = () => call.mock.calls.map(([, path]) => path);
  const ids = () => model.days.map((day) => day.recordings.map(({ id }) => id));
  return { model, asked, ids };
}

describe('the library', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('groups by day, the newest first, and reads on', async () => {
    const newest = recordingOf({ id: 'c', startedMs: kNoon + 5 });
    const { model, asked, ids } = setUp(
      page([recordingOf({ id: 'b' }), newest], 'cursor'),
      page([recordingOf({ id: 'a', startedMs: kNoon - kDay })]),
    );
    expect(model.phase).toBe('loading');
    await model.load();
    expect([ids(), model.more]).toEqual([[['c', 'b']], true]);
    await model.loadMore();
    expect([ids(), model.more, asked()[1]]).toEqual([[['c', 'b'], ['a']], false, '/recordings?before=cursor&limit=50']);
  });

  it('asks once for a word, and forgets the answer to an older question', async () => {
    const { model, asked } = setUp(page([]), page([recordingOf()]));
    model.setFilter({ q: 'b' });
    model.setFilter({ q: 'bio' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked()).toEqual(['/recordings?q=bio&limit=50']);
    expect(model.isFiltered).toBe(true);
  });

  it('shows what it has while the server is away, and says so when it has nothing', async () => {
    const gone: Outcome<unknown> = {
      kind: 'error',
      error: { id: 'unreachable', status: 0, detail: '', retryAfterMs: undefined },
    };
    const { model } = setUp(gone, page([recordingOf()]), gone);
    await model.load();
    expect(model.phase).toBe('failed');
    await model.load();
    await model.load();
    expect([model.phase, model.days.length, model.error?.id]).toEqual(['ready', 1, 'unreachable']);
  });

  it('follows what happens to recordings, and keeps the rights that events do not repeat', async () => {
    const { model, ids } = setUp(page([recordingOf({ id: 'a', state: 'finishing' })]));
    await model.load();
    model.apply(recordingOf({ id: 'a', rights: [], state: 'ready' }));
    expect(model.find('a')).toMatchObject({ state: 'ready', rights: ['watch', 'record'] });
    model.apply(recordingOf({ id: 'b', startedMs: kNoon + 1, state: 'recording' }));
    expect(ids()).toEqual([['b', 'a']]);
    model.apply(recordingOf({ id: 'a', state: 'deleted' }));
    model.apply(recordingOf({ id: 'x', state: 'deleted' }));
    expect(ids()).toEqual([['b']]);
    model.remove('b');
    expect(ids()).toEqual([]);
  });

  it('matches as the server does', () => {
    const recording = recordingOf({ title: 'Biology', by: 'Anna' });
    const fits = (part: object) => matches({ ...kNoFilter, ...part }, recording);
    expect([fits({}), fits({ q: 'BIO' }), fits({ q: 'ann' }), fits({ q: 'chem' })]).toEqual([true, true, true, false]);
    expect([fits({ room: 'room-1' }), fits({ day: '2026-03-09' }), fits({ day: '2026-03-10' })]).toEqual([
      false,
      true,
      false,
    ]);
    expect([fits({ person: 'Bert' }), fits({ state: 'deleted' })]).toEqual([false, false]);
    expect(String(queryOf({ ...kNoFilter, state: 'deleted' }, undefined))).toBe('state=deleted&limit=50');
    expect(filterOf('?room=room-101').room).toBe('room-101');
  });
});

describe('what can be done with a recording', () => {
  const can = (part: Partial<Recording>) =>
    Object.entries(actsOf(recordingOf(part)))
      .filter(([, may]) => may)
      .map(([act]) => act);

  it('follows its state and the rights', () => {
    expect(can({})).toEqual(['play', 'download', 'change', 'remove']);
    expect(can({ isProtected: true })).toEqual(['play', 'download', 'change']);
    expect(can({ state: 'recording' })).toEqual(['change', 'stop']);
    expect(can({ state: 'finishing' })).toEqual(['change']);
    expect(can({ state: 'failed' })).toEqual(['change', 'remove']);
    expect(can({ state: 'deleted' })).toEqual(['restore', 'purge']);
    expect(can({ rights: ['watch'] })).toEqual(['play', 'download']);
    expect(can({ rights: [] })).toEqual([]);
  });

  it('is told in words', () => {
    expect(titleOf(recordingOf({ title: 'Biology' }))).toBe('Biology');
    expect(titleOf(recordingOf())).toMatch(/^Room 101, 12:00/);
    expect(stateText(recordingOf({ state: 'finishing', progress: 40 }))).toBe('Being finished 40 %');
    expect(factsOf(recordingOf({ durationMs: 65_000, size: 3_400_000, by: 'Anna' }))).toMatch(
      / · 1:05 · 3.4 MB · Anna$/,
    );
    expect(fateOf(recordingOf({ isProtected: true, expiresMs: 5 }))).toMatch(/^Protected/);
    expect(fateOf(recordingOf({ state: 'deleted', purgeMs: kNoon }))).toMatch(/^Gone for good on/);
    expect(fateOf(recordingOf())).toBe('');
  });
});
