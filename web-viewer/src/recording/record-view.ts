// SPDX-License-Identifier: MIT
import type { Room } from '../lib/protocol';
import { may } from '../lib/rooms';
import { strings } from '../lib/strings';

export const kMaxMinutes: readonly number[] = [30, 60, 120, 240];
export const kClipMinutes: readonly number[] = [1, 5, 15, 30];
export const kPrerollSeconds: readonly number[] = [0, 30, 60, 120, 300];
export const kExtendMinutes = 30;
const kSecondMs = 1_000;
const kMinuteMs = 60 * kSecondMs;

/** What can be done about recording in a room, by rights and by what the room has. */
export interface RecordView {
  readonly run: 'none' | 'recording' | 'waiting' | 'failed';
  readonly mayRecord: boolean;
  /** Seconds of the past that a recording can begin with; only 0 without rewind. */
  readonly prerolls: readonly number[];
  /** Minutes of the past that can be saved; none without rewind. */
  readonly clips: readonly number[];
}

export function recordView(room: Room, nowMs: number): RecordView {
  const pastMs = room.rewindFromMs === undefined ? 0 : nowMs - room.rewindFromMs;
  const mayRecord = may(room, 'record');
  return {
    run: room.recording?.state ?? 'none',
    mayRecord,
    prerolls: kPrerollSeconds.filter((seconds) => seconds * kSecondMs <= pastMs),
    // The first that is longer than the past saves all of it.
    clips: pastMs <= 0 ? [] : kClipMinutes.filter((_, index) => (kClipMinutes[index - 1] ?? 0) * kMinuteMs < pastMs),
  };
}

/** What a mark of a running recording says; empty when there is none. */
export function runText(room: Room, nowMs: number): string {
  const { recording } = room;
  if (recording === undefined) return '';
  const words = strings.recording;
  if (recording.state === 'recording') return words.since(nowMs - recording.startedMs);
  return recording.detail !== '' ? recording.detail : words[recording.state];
}

/** `0:07`, `1:02:03`: as players write it in every language. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / kSecondMs));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const tail = `${minutes < 60 ? minutes : two(minutes % 60)}:${two(seconds % 60)}`;
  return minutes < 60 ? tail : `${Math.floor(minutes / 60)}:${tail}`;
}

/** No longer than the longest choice at the beginning, from now on. */
export function mayExtend(untilMs: number | undefined, nowMs: number): boolean {
  return extendedMs(untilMs, nowMs) <= nowMs + Math.max(...kMaxMinutes) * kMinuteMs;
}

/** Until when, after that much longer. */
export function extendedMs(untilMs: number | undefined, nowMs: number): number {
  return Math.max(untilMs ?? nowMs, nowMs) + kExtendMinutes * kMinuteMs;
}
