// SPDX-License-Identifier: MIT
import type { Recording } from '../lib/protocol/recordings';
import { strings } from '../lib/strings';
import { clockText } from '../recording/record-view';
import { words } from './words';

/** What can be done with a recording, by its state and by the person's rights. */
export interface RecordingActs {
  readonly play: boolean;
  readonly download: boolean;
  readonly change: boolean;
  readonly stop: boolean;
  readonly remove: boolean;
  readonly restore: boolean;
  readonly purge: boolean;
}

export function actsOf({ state, rights, isProtected }: Recording): RecordingActs {
  const mayRecord = rights.includes('record');
  const mayWatch = rights.includes('watch');
  const over = state === 'ready' || state === 'failed';
  return {
    play: mayWatch && state === 'ready',
    download: mayWatch && state === 'ready',
    change: mayRecord && state !== 'deleted',
    stop: mayRecord && state === 'recording',
    remove: mayRecord && over && !isProtected,
    restore: mayRecord && state === 'deleted',
    purge: mayRecord && state === 'deleted',
  };
}

/** The title, or the room's name and the time for one without. */
export function titleOf(recording: Recording): string {
  return recording.title !== '' ? recording.title : `${recording.roomName}, ${words().time(recording.startedMs)}`;
}

/** The state in words, with how far the work is. */
export function stateText({ state, progress }: Recording): string {
  const word = words().states[state];
  return state === 'finishing' && progress !== undefined ? `${word} ${strings.stats.number(progress)} %` : word;
}

/** One line of facts: when, how long, how large, by whom. */
export function factsOf(recording: Recording): string {
  const { startedMs, durationMs, size, by, width, height } = recording;
  const facts = [
    words().time(startedMs),
    durationMs === undefined ? '' : clockText(durationMs),
    size === undefined ? '' : strings.bytes(size),
    width === undefined || height === undefined ? '' : `${width} × ${height}`,
    by,
  ];
  return facts.filter((fact) => fact !== '').join(' · ');
}

/** What will happen to it by itself; empty when nothing will. */
export function fateOf({ state, purgeMs, expiresMs, isProtected }: Recording): string {
  const t = words();
  if (state === 'deleted') return purgeMs === undefined ? '' : t.purgedAt(strings.dateTime(purgeMs));
  if (isProtected) return t.protectedHint;
  return expiresMs === undefined ? '' : t.expiresAt(strings.dateTime(expiresMs));
}
