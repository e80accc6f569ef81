// SPDX-License-Identifier: MIT
// Recordings, what a room's window of rewind holds, and where recordings are stored.
import {
  flag,
  list,
  members,
  number,
  oneOf,
  optional,
  optionalFlag,
  optionalNumber,
  optionalText,
  parser,
  Refused,
  text,
  type Members,
} from './read';

export const kRecordingStates = ['recording', 'finishing', 'ready', 'failed', 'deleted'] as const;
export type RecordingState = (typeof kRecordingStates)[number];

export const kRunStates = ['recording', 'waiting', 'failed'] as const;

/** What a room tells of the recording that runs in it. */
export interface RoomRecording {
  readonly id: string;
  readonly startedMs: number;
  /** When it stops by itself. */
  readonly untilMs: number | undefined;
  /** `waiting`: there is no picture, or no recorder, at the moment. */
  readonly state: (typeof kRunStates)[number];
  /** One sentence when something is wrong. */
  readonly detail: string;
}

export interface Gap {
  readonly startMs: number;
  readonly endMs: number;
  readonly cause: string;
}

export interface Recording {
  readonly id: string;
  readonly room: string;
  readonly roomName: string;
  readonly title: string;
  readonly state: RecordingState;
  readonly startedMs: number;
  readonly endedMs: number | undefined;
  readonly untilMs: number | undefined;
  readonly durationMs: number | undefined;
  readonly size: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Of the work after it stopped, 0…100. */
  readonly progress: number | undefined;
  readonly detail: string;
  readonly isProtected: boolean;
  readonly hasThumbnail: boolean;
  readonly by: string;
  readonly gaps: readonly Gap[];
  readonly deletedMs: number | undefined;
  /** When a deleted one is gone for good. */
  readonly purgeMs: number | undefined;
  /** When it is deleted by the school's own rule. */
  readonly expiresMs: number | undefined;
  readonly rights: readonly string[];
}

export interface RecordingPage {
  readonly recordings: readonly Recording[];
  /** The cursor of the next page; undefined on the last. */
  readonly next: string | undefined;
}

export interface Timeline {
  readonly fromMs: number;
  readonly toMs: number;
  readonly gaps: readonly Gap[];
  readonly recordings: readonly {
    readonly id: string;
    readonly startedMs: number;
    readonly endedMs: number | undefined;
  }[];
  readonly playlist: string;
}

export const kStorageStates = ['ok', 'low', 'full', 'lost'] as const;
export type StorageState = (typeof kStorageStates)[number];

export interface RecorderPlace {
  readonly name: string;
  readonly connected: boolean;
  readonly path: string;
  readonly free: number | undefined;
  readonly total: number | undefined;
  readonly state: StorageState;
  readonly detail: string;
}

export interface Storage {
  readonly recorders: readonly RecorderPlace[];
  /** undefined while too little was recorded to say. */
  readonly bytesPerDay: number | undefined;
  readonly daysLeft: number | undefined;
}

function gap(value: unknown): Gap {
  const from = members(value);
  return {
    startMs: number(from, 'start_ms'),
    endMs: number(from, 'end_ms'),
    cause: optionalText(from, 'cause') ?? '',
  };
}

function optionalList<T>(from: Members, name: string, read: (value: unknown) => T): readonly T[] {
  return from[name] === undefined ? [] : list(from, name).map(read);
}

export function roomRecording(value: unknown): RoomRecording {
  const from = members(value);
  return {
    id: text(from, 'id'),
    startedMs: number(from, 'started_ms'),
    untilMs: optionalNumber(from, 'until_ms'),
    state: oneOf(from, 'state', kRunStates),
    detail: optionalText(from, 'detail') ?? '',
  };
}

export function recording(value: unknown): Recording {
  const from = members(value);
  return {
    id: text(from, 'id'),
    room: text(from, 'room'),
    roomName: optionalText(from, 'room_name') ?? text(from, 'room'),
    title: optionalText(from, 'title') ?? '',
    state: oneOf(from, 'state', kRecordingStates),
    startedMs: number(from, 'started_ms'),
    endedMs: optionalNumber(from, 'ended_ms'),
    untilMs: optionalNumber(from, 'until_ms'),
    durationMs: optionalNumber(from, 'duration_ms'),
    size: optionalNumber(from, 'size'),
    width: optionalNumber(from, 'width'),
    height: optionalNumber(from, 'height'),
    progress: optionalNumber(from, 'progress'),
    detail: optionalText(from, 'detail') ?? '',
    isProtected: optionalFlag(from, 'protected'),
    hasThumbnail: optionalFlag(from, 'thumbnail'),
    by: optional(from, 'by', (person) => text(members(person), 'name')) ?? '',
    gaps: optionalList(from, 'gaps', gap),
    deletedMs: optionalNumber(from, 'deleted_ms'),
    purgeMs: optionalNumber(from, 'purge_ms'),
    expiresMs: optionalNumber(from, 'expires_ms'),
    rights: optionalList(from, 'rights', String),
  };
}

export const parseRecording = parser(recording);

export const parseRecordings = parser((value): RecordingPage => {
  const from = members(value);
  const next = optionalText(from, 'next');
  return {
    recordings: list(from, 'recordings').map(recording),
    next: next === undefined || next === '' || !optionalFlag(from, 'more') ? undefined : next,
  };
});

/** undefined inside: the room has no rewind. */
export const parseTimeline = parser((value): { readonly rewind: Timeline | undefined } => {
  const from = members(value);
  if (!flag(from, 'rewind')) return { rewind: undefined };
  const playlist = text(from, 'playlist');
  // Same origin only, as for everything that the page fetches.
  if (!/^\/[^/\\]/.test(playlist)) throw new Refused('playlist');
  const span = (part: unknown) => {
    const of = members(part);
    return { id: text(of, 'id'), startedMs: number(of, 'started_ms'), endedMs: optionalNumber(of, 'ended_ms') };
  };
  return {
    rewind: {
      fromMs: number(from, 'from_ms'),
      toMs: number(from, 'to_ms'),
      gaps: optionalList(from, 'gaps', gap),
      recordings: optionalList(from, 'recordings', span),
      playlist,
    },
  };
});

function recorderPlace(value: unknown): RecorderPlace {
  const from = members(value);
  return {
    name: text(from, 'name'),
    connected: flag(from, 'connected'),
    path: optionalText(from, 'path') ?? '',
    free: optionalNumber(from, 'free'),
    total: optionalNumber(from, 'total'),
    state: oneOf(from, 'state', kStorageStates),
    detail: optionalText(from, 'detail') ?? '',
  };
}

export const parseStorage = parser((value): Storage => {
  const from = members(value);
  const estimate = optional(from, 'estimate', members);
  return {
    recorders: list(from, 'recorders').map(recorderPlace),
    bytesPerDay: estimate && optionalNumber(estimate, 'bytes_per_day'),
    daysLeft: estimate && optionalNumber(estimate, 'days_left'),
  };
});
