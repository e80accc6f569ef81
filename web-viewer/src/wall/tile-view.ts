// SPDX-License-Identifier: MIT
import type { Room, RoomState } from '../lib/protocol';
import { language, strings } from '../lib/strings';
import { kFramesStoppedMs, type PlayerPhase, type PlayerProblem } from '../live/player';

/** A picture that has not come so long after opening is missing. */
const kFirstPictureMs = 2_500;

/** What an open tile knows by itself. Times on the server's clock. */
export interface Playback {
  readonly phase: PlayerPhase;
  readonly problem: PlayerProblem;
  readonly openedMs: number;
  readonly phaseSinceMs: number;
  readonly lastFrameMs: number | undefined;
}

/** Whether the server's word is fresh enough to be repeated. */
export type Trust = { readonly kind: 'fresh' } | { readonly kind: 'silent'; readonly sinceMs: number };

/** What a tile says about its room. */
export interface Condition {
  readonly state: RoomState;
  readonly word: string;
  readonly sentence: string;
  /** On the server's clock. */
  readonly sinceMs: number;
}

/**
 * The six-state truth of one tile. Pictures seen here beat the server's word; without pictures the
 * server's word holds while it is fresh; and nothing is called live that nobody has seen advance.
 */
export function conditionOf(room: Room, trust: Trust, playback: Playback | undefined, nowMs: number): Condition {
  if (playback !== undefined && isAdvancing(playback, nowMs)) return seenHere(room, trust, playback);
  if (trust.kind === 'silent') return say('offline', strings.cause.server, trust.sinceMs);
  if (playback !== undefined && claimsPictures(room.state)) return missing(room, playback, nowMs);
  return asTold(room);
}

function isAdvancing(playback: Playback, nowMs: number): boolean {
  return playback.lastFrameMs !== undefined && nowMs - playback.lastFrameMs <= kFramesStoppedMs;
}

function claimsPictures(state: RoomState): boolean {
  return state === 'live' || state === 'no_audio' || state === 'standby';
}

function seenHere(room: Room, trust: Trust, playback: Playback): Condition {
  const told = room.state === 'live' || room.state === 'no_audio';
  if (told && trust.kind === 'fresh') return asTold(room);
  return say('live', strings.cause.browser, playback.phaseSinceMs);
}

function missing(room: Room, playback: Playback, nowMs: number): Condition {
  const { lastFrameMs, openedMs } = playback;
  if (lastFrameMs !== undefined) return say('stale', strings.pictureStopped(nowMs - lastFrameMs), lastFrameMs);
  if (nowMs - openedMs <= kFirstPictureMs) return asTold(room);
  return say('stale', playback.problem === undefined ? strings.noPicture : problemText(playback), openedMs);
}

function asTold(room: Room): Condition {
  return say(room.state, toldSentence(room), room.sinceMs);
}

/** The server's own sentences are English: in another language a translated cause says more. */
export function toldSentence({ state, cause, detail }: Readonly<Record<'state' | 'cause' | 'detail', string>>): string {
  const causes: Readonly<Record<string, string>> = strings.cause;
  const states: Readonly<Record<string, string>> = strings.explain;
  const translated = causes[cause];
  if (detail !== '' && (language === 'en' || translated === undefined)) return begun(detail);
  return (state === 'live' ? undefined : translated) ?? states[state] ?? '';
}

/** What programs say begins with their own noun in small letters. */
function begun(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function say(state: RoomState, sentence: string, sinceMs: number): Condition {
  return { state, word: strings.state[state], sentence, sinceMs };
}

/** What keeps an open tile's picture away, in words; empty while the picture plays. */
export function problemText(playback: Playback): string {
  if (playback.problem !== undefined) return strings.problem[playback.problem] ?? strings.problemOther;
  if (playback.phase === 'connecting') return strings.tile.connecting;
  return playback.phase === 'retrying' ? strings.tile.retrying : '';
}

const kQuietDbfs = -60;

/** Microphone level as a share of the meter, 0…1. */
export function meterShare(dbfs: number): number {
  return Math.min(1, Math.max(0, 1 - dbfs / kQuietDbfs));
}
