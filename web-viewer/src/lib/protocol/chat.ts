// SPDX-License-Identifier: MIT
// Chat of docs/ref/protocol.md §7.2 and §7.3.
import { named, roomId, type Named, type RoomId } from '../protocol';
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
  text,
  type Members,
} from './read';

export const kLongestMessage = 2_000;

export interface Message {
  /** Its place in the room. */
  readonly id: number;
  /** Of its newest change; the newer one replaces the older. */
  readonly seq: number;
  readonly author: Named;
  readonly clientId: string;
  /** Empty once deleted. */
  readonly text: string;
  readonly createdMs: number;
  readonly editedMs: number | undefined;
  readonly deletedMs: number | undefined;
  /** Who deleted it, when that was not the author. */
  readonly deletedBy: string | undefined;
  readonly pinned: boolean;
}

interface OfRoom {
  readonly room: RoomId;
  /** Of the request that this answers. */
  readonly ref: string | undefined;
}

export type ChatEvent =
  | (OfRoom & {
      readonly type: 'subscribed';
      readonly seq: number;
      readonly read: number;
      readonly more: boolean;
      readonly messages: readonly Message[];
      readonly pinned: Message | undefined;
      readonly people: readonly Named[];
      readonly count: number;
    })
  | (OfRoom & { readonly type: 'messages'; readonly messages: readonly Message[] })
  | (OfRoom & { readonly type: 'history'; readonly messages: readonly Message[]; readonly more: boolean })
  | (OfRoom & { readonly type: 'typing'; readonly user: Named })
  | (OfRoom & {
      readonly type: 'presence';
      readonly count: number;
      readonly joined: readonly Named[];
      readonly left: readonly number[];
    })
  | (OfRoom & { readonly type: 'read'; readonly seq: number })
  | (OfRoom & { readonly type: 'unsubscribed' })
  | (OfRoom & { readonly type: 'ack' })
  | {
      readonly type: 'error';
      readonly ref: string | undefined;
      readonly error: string;
      readonly retryMs: number | undefined;
    };

const kTypes = [
  'subscribed',
  'messages',
  'history',
  'typing',
  'presence',
  'read',
  'unsubscribed',
  'ack',
  'error',
] as const;

export function message(value: unknown): Message {
  const from = members(value);
  return {
    id: number(from, 'id'),
    seq: number(from, 'seq'),
    author: named(from.author),
    clientId: text(from, 'client_id'),
    text: text(from, 'text'),
    createdMs: number(from, 'created_ms'),
    editedMs: optionalNumber(from, 'edited_ms'),
    deletedMs: optionalNumber(from, 'deleted_ms'),
    deletedBy: optionalText(from, 'deleted_by'),
    pinned: optionalFlag(from, 'pinned'),
  };
}

export const parseChat = parser((value): ChatEvent => {
  const from = members(value);
  const type = oneOf(from, 'type', kTypes);
  const ref = optionalText(from, 'ref');
  if (type === 'error') return { type, ref, error: text(from, 'error'), retryMs: optionalNumber(from, 'retry_ms') };
  return ofRoom(type, from, ref);
});

function ofRoom(type: Exclude<ChatEvent['type'], 'error'>, from: Members, ref: string | undefined): ChatEvent {
  const of = { room: roomId(from, 'room'), ref };
  switch (type) {
    case 'subscribed':
      return { type, ...of, ...subscribed(from) };
    case 'messages':
      return { type, ...of, messages: list(from, 'messages').map(message) };
    case 'history':
      return { type, ...of, messages: list(from, 'messages').map(message), more: flag(from, 'more') };
    case 'typing':
      return { type, ...of, user: named(from.user) };
    case 'presence':
      return {
        type,
        ...of,
        count: number(from, 'count'),
        joined: list(from, 'joined').map(named),
        left: leavers(from),
      };
    case 'read':
      return { type, ...of, seq: number(from, 'seq') };
    case 'unsubscribed':
    case 'ack':
      return { type, ...of };
  }
}

function subscribed(from: Members) {
  return {
    seq: number(from, 'seq'),
    read: optionalNumber(from, 'read') ?? 0,
    more: flag(from, 'more'),
    messages: list(from, 'messages').map(message),
    pinned: optional(from, 'pinned', pinned),
    people: from.people === undefined ? [] : list(from, 'people').map(named),
    count: optionalNumber(from, 'count') ?? 0,
  };
}

/** An empty object is no message. */
function pinned(value: unknown): Message | undefined {
  return Object.keys(members(value)).length === 0 ? undefined : message(value);
}

/** Told as people or by their numbers alone. */
function leavers(from: Members): readonly number[] {
  return list(from, 'left').map((value) => (typeof value === 'number' ? value : number(members(value), 'id')));
}
