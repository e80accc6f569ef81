// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { kRoomStates } from '../src/lib/protocol';
import { useLanguage } from '../src/lib/strings';
import { conditionOf, meterShare, problemText, toldSentence, type Playback, type Trust } from '../src/wall/tile-view';
import { roomOf } from './fixtures';

const kNow = 1_700_000_100_000;
const kFresh: Trust = { kind: 'fresh' };
const kSilent: Trust = { kind: 'silent', sinceMs: kNow - 13_000 };

function playing(frameAgeMs: number | undefined, members: Partial<Playback> = {}): Playback {
  return {
    phase: 'live',
    problem: undefined,
    openedMs: kNow - 60_000,
    phaseSinceMs: kNow - 59_000,
    lastFrameMs: frameAgeMs === undefined ? undefined : kNow - frameAgeMs,
    ...members,
  };
}

describe('a closed tile', () => {
  it.each(kRoomStates)('repeats the server’s word: %s', (state) => {
    const condition = conditionOf(roomOf({ state }), kFresh, undefined, kNow);
    expect(condition.state).toBe(state);
    expect(condition.sentence).not.toBe('');
    expect(condition.sinceMs).toBe(1_700_000_000_000);
  });

  it('prefers the server’s sentence to its own', () => {
    const room = roomOf({ state: 'offline', cause: 'camera', detail: 'The camera refuses the password.' });
    expect(conditionOf(room, kFresh, undefined, kNow).sentence).toBe('The camera refuses the password.');
  });

  it('begins what a program says like a sentence', () => {
    const detail = 'microphone "desk" does not exist';
    const room = roomOf({ state: 'no_audio', cause: 'microphone', detail });
    expect(conditionOf(room, kFresh, undefined, kNow).sentence).toBe('Microphone "desk" does not exist');
  });

  it('names the cause when the server gives no sentence', () => {
    const room = roomOf({ state: 'offline', cause: 'pc', detail: '' });
    expect(conditionOf(room, kFresh, undefined, kNow).sentence).toMatch(/PC/);
  });

  it('says a cause in the page’s language, and what has no translation as the server says it', () => {
    useLanguage('es');
    const camera = toldSentence({ state: 'offline', cause: 'camera', detail: 'The camera refuses the password.' });
    const other = toldSentence({ state: 'offline', cause: 'none', detail: 'Painters are at work.' });
    useLanguage('en');
    expect(camera).toBe('La cámara no responde.');
    expect(other).toBe('Painters are at work.');
  });

  it.each(kRoomStates)('stops repeating "%s" when the server is silent', (state) => {
    const condition = conditionOf(roomOf({ state }), kSilent, undefined, kNow);
    expect(condition).toMatchObject({ state: 'offline', sinceMs: kNow - 13_000 });
  });
});

describe('an open tile', () => {
  it('is live while frames advance, even if the server is silent or behind', () => {
    expect(conditionOf(roomOf({ state: 'live' }), kSilent, playing(100), kNow).state).toBe('live');
    expect(conditionOf(roomOf({ state: 'stale' }), kFresh, playing(100), kNow).state).toBe('live');
    expect(conditionOf(roomOf({ state: 'offline' }), kFresh, playing(100), kNow).state).toBe('live');
  });

  it('keeps the microphone’s trouble while frames advance', () => {
    expect(conditionOf(roomOf({ state: 'no_audio' }), kFresh, playing(100), kNow).state).toBe('no_audio');
  });

  it.each(['live', 'no_audio', 'standby'] as const)(
    'is stale when frames stop although the server says %s',
    (state) => {
      const condition = conditionOf(roomOf({ state }), kFresh, playing(2_500), kNow);
      expect(condition).toMatchObject({ state: 'stale', sinceMs: kNow - 2_500 });
      expect(condition.sentence).toMatch(/2 seconds ago/);
    },
  );

  it.each(['privacy', 'offline', 'stale'] as const)('shows the server’s reason, %s, when frames stop', (state) => {
    expect(conditionOf(roomOf({ state }), kFresh, playing(9_000), kNow).state).toBe(state);
  });

  it('waits a moment for its first picture, and no longer', () => {
    const opening = playing(undefined, { phase: 'connecting', openedMs: kNow - 1_000 });
    const missing = playing(undefined, { phase: 'connecting', openedMs: kNow - 3_000 });
    expect(conditionOf(roomOf(), kFresh, opening, kNow).state).toBe('live');
    expect(conditionOf(roomOf(), kFresh, missing, kNow).state).toBe('stale');
  });

  it('is offline when neither frames nor the server speak', () => {
    expect(conditionOf(roomOf(), kSilent, playing(5_000), kNow).state).toBe('offline');
  });
});

describe('problemText', () => {
  it('is empty while the picture plays and words otherwise', () => {
    expect(problemText(playing(10))).toBe('');
    expect(problemText(playing(10, { phase: 'connecting' }))).not.toBe('');
    expect(problemText(playing(10, { phase: 'retrying', problem: 'conflict' }))).toMatch(/Waiting/);
    expect(problemText(playing(10, { phase: 'retrying', problem: 'some-new-error' }))).not.toBe('');
  });
});

describe('meterShare', () => {
  it('spans −60 … 0 dBFS', () => {
    expect(meterShare(0)).toBe(1);
    expect(meterShare(6)).toBe(1);
    expect(meterShare(-30)).toBeCloseTo(0.5);
    expect(meterShare(-60)).toBe(0);
    expect(meterShare(-700)).toBe(0);
  });
});
