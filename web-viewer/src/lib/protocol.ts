// SPDX-License-Identifier: MIT
// The messages of docs/ref/protocol.md that every screen needs; those of single screens stand beside this file in
// protocol/. Nothing else in the viewer looks at unvalidated JSON.
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
} from './protocol/read';

import { recording, roomRecording, type Recording, type RoomRecording } from './protocol/recordings';

export type { Parser } from './protocol/read';
export type { Recording, RoomRecording } from './protocol/recordings';

export type RoomId = string & { readonly brand: 'RoomId' };

export const kRoomStates = ['live', 'standby', 'stale', 'no_audio', 'privacy', 'offline'] as const;
export type RoomState = (typeof kRoomStates)[number];

export const kCauses = ['none', 'camera', 'microphone', 'pc', 'network', 'relay', 'starting'] as const;
export type Cause = (typeof kCauses)[number];

export const kRoles = ['admin', 'principal', 'teacher', 'assistant', 'student', 'guest'] as const;
export type Role = (typeof kRoles)[number];

export const kRights = [
  'see',
  'watch',
  'read',
  'write',
  'moderate',
  'publish',
  'record',
  'diary',
  'edit',
  'own',
  'device',
] as const;
export type Right = (typeof kRights)[number];

export const kRoomKinds = ['classroom', 'stage'] as const;
export type RoomKind = (typeof kRoomKinds)[number];

export interface Named {
  readonly id: number;
  readonly name: string;
}

export interface Video {
  readonly codec: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly bitrateBps: number | undefined;
}

export interface Room {
  readonly id: RoomId;
  readonly name: string;
  readonly state: RoomState;
  readonly cause: Cause;
  readonly detail: string;
  readonly sinceMs: number;
  readonly viewers: number;
  readonly levelDbfs: number | undefined;
  readonly lastFrameMs: number | undefined;
  /** When the newest still was taken; undefined when there is none. */
  readonly stillMs: number | undefined;
  readonly video: Video | undefined;
  readonly kind: RoomKind;
  readonly archived: boolean;
  readonly description: string;
  readonly owner: Named | undefined;
  /** What this person may do; undefined in an event, which does not tell. */
  readonly rights: readonly Right[] | undefined;
  /** undefined when nothing is recorded there. */
  readonly recording: RoomRecording | undefined;
  /** How far back the past can be watched; undefined without rewind. */
  readonly rewindFromMs: number | undefined;
  /** What administrators chose for this room; undefined: as the settings say. */
  readonly rewindMinutes: number | undefined;
  readonly keepDays: number | undefined;
}

/** How much was written in a room since this person read there. */
export interface Unread {
  readonly room: RoomId;
  readonly unread: number;
}

export interface Session {
  readonly user: Named & { readonly role: string };
  readonly csrf: string;
}

export const kSignUps = ['open', 'invitation', 'closed'] as const;
export type SignUp = (typeof kSignUps)[number];

export interface Setup {
  readonly school: string;
  readonly signUp: SignUp;
  readonly recovery: 'mail' | 'administrator';
  /** False until an administrator finished the first set-up. */
  readonly done: boolean;
}

export interface WatchTicket {
  readonly url: string;
  readonly token: string;
  /** Unix seconds. */
  readonly expires: number;
}

export type ServerEvent =
  | { readonly type: 'rooms'; readonly nowMs: number; readonly rooms: readonly Room[] }
  | { readonly type: 'room'; readonly nowMs: number; readonly room: Room }
  | { readonly type: 'removed'; readonly nowMs: number; readonly id: RoomId }
  | { readonly type: 'tick'; readonly nowMs: number }
  | { readonly type: 'unread'; readonly rooms: readonly Unread[] }
  | { readonly type: 'recording'; readonly recording: Recording }
  | { readonly type: 'recording_removed'; readonly id: string }
  | { readonly type: 'storage' };

/** RFC 9457; `id` is the last part of `urn:classcast:error:…`. */
export interface Problem {
  readonly id: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

const kRoomIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const kErrorPrefix = 'urn:classcast:error:';

export function roomId(from: Members, name: string): RoomId {
  const value = text(from, name);
  if (!isRoomId(value)) throw new Refused(name);
  return value;
}

function video(value: unknown): Video {
  const from = members(value);
  return {
    codec: text(from, 'codec'),
    width: optionalNumber(from, 'width'),
    height: optionalNumber(from, 'height'),
    bitrateBps: optionalNumber(from, 'bitrate_bps'),
  };
}

function room(value: unknown): Room {
  const from = members(value);
  return {
    id: roomId(from, 'id'),
    name: text(from, 'name'),
    state: oneOf(from, 'state', kRoomStates),
    cause: oneOf(from, 'cause', kCauses),
    detail: text(from, 'detail'),
    sinceMs: number(from, 'since_ms'),
    viewers: number(from, 'viewers'),
    levelDbfs: optionalNumber(from, 'level_dbfs'),
    lastFrameMs: optionalNumber(from, 'last_frame_ms'),
    stillMs: optionalNumber(from, 'still_ms'),
    video: optional(from, 'video', video),
    kind: from.kind === undefined ? 'classroom' : oneOf(from, 'kind', kRoomKinds),
    archived: optionalFlag(from, 'archived'),
    description: optionalText(from, 'description') ?? '',
    owner: optional(from, 'owner', named),
    rights: from.rights === undefined ? undefined : kRights.filter((right) => list(from, 'rights').includes(right)),
    recording: optional(from, 'recording', roomRecording),
    rewindFromMs: optionalNumber(from, 'rewind_from_ms'),
    rewindMinutes: optionalNumber(from, 'rewind_minutes'),
    keepDays: optionalNumber(from, 'keep_days'),
  };
}

const kEventTypes = [
  'rooms',
  'room',
  'removed',
  'tick',
  'unread',
  'recording',
  'recording_removed',
  'storage',
] as const;

export function named(value: unknown): Named {
  const from = members(value);
  return { id: number(from, 'id'), name: text(from, 'name') };
}

function unread(value: unknown): Unread {
  const from = members(value);
  return { room: roomId(from, 'room'), unread: number(from, 'unread') };
}

function serverEvent(value: unknown): ServerEvent {
  const from = members(value);
  const type = oneOf(from, 'type', kEventTypes);
  if (type === 'unread') return { type, rooms: list(from, 'rooms').map(unread) };
  if (type === 'recording') return { type, recording: recording(from.recording) };
  if (type === 'recording_removed') return { type, id: text(from, 'id') };
  if (type === 'storage') return { type };
  const nowMs = number(from, 'now_ms');
  switch (type) {
    case 'rooms':
      return { type, nowMs, rooms: list(from, 'rooms').map(room) };
    case 'room':
      return { type, nowMs, room: room(from.room) };
    case 'removed':
      return { type, nowMs, id: roomId(from, 'id') };
    case 'tick':
      return { type, nowMs };
  }
}

function session(value: unknown): Session {
  const from = members(value);
  const user = members(from.user);
  return {
    user: { id: number(user, 'id'), name: text(user, 'name'), role: text(user, 'role') },
    csrf: text(from, 'csrf'),
  };
}

function setup(value: unknown): Setup {
  const from = members(value);
  return {
    school: text(from, 'school'),
    signUp: oneOf(from, 'sign_up', kSignUps),
    recovery: oneOf(from, 'recovery', ['mail', 'administrator'] as const),
    done: flag(from, 'done'),
  };
}

function watchTicket(value: unknown): WatchTicket {
  const from = members(value);
  const url = text(from, 'url');
  // Same origin only: a token is never sent to another host, whatever the message says.
  if (!/^\/[^/\\]/.test(url)) throw new Refused('url');
  return { url, token: text(from, 'token'), expires: number(from, 'expires') };
}

function problem(value: unknown): Problem {
  const from = members(value);
  const type = text(from, 'type');
  return {
    id: type.startsWith(kErrorPrefix) ? type.slice(kErrorPrefix.length) : type,
    title: text(from, 'title'),
    status: number(from, 'status'),
    detail: from.detail === undefined ? '' : text(from, 'detail'),
  };
}

export function isRoomId(value: string): value is RoomId {
  return kRoomIdPattern.test(value);
}

export const parseRoom = parser(room);
export const parseRooms = parser((value) => {
  const from = members(value);
  return { rooms: list(from, 'rooms').map(room), next: optionalText(from, 'next') };
});
export const parseSession = parser(session);
export const parseSetup = parser(setup);
export const parseWatchTicket = parser(watchTicket);
export const parseProblem = parser(problem);
export const parseDeviceCredential = parser((value) => text(members(value), 'credential'));

/** What one WebSocket frame is: an event for every page, a chat event for whoever has the room open, or refused. */
export type Frame = { readonly event: ServerEvent } | { readonly chat: unknown } | undefined;

export function parseFrame(frame: string): Frame {
  try {
    const value: unknown = JSON.parse(frame);
    const type = parser((from) => text(members(from), 'type'))(value);
    if (type === undefined) return undefined;
    if (!kEventTypes.some((known) => known === type)) return { chat: value };
    const event = parser(serverEvent)(value);
    return event && { event };
  } catch {
    return undefined;
  }
}

export function parseServerEvent(frame: string): ServerEvent | undefined {
  const read = parseFrame(frame);
  return read !== undefined && 'event' in read ? read.event : undefined;
}
