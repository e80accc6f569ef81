// SPDX-License-Identifier: MIT
// People, members, diary and uptime of docs/ref/openapi.json.
import { kRoles, kRoomStates, named, type Named, type Role, type RoomState } from '../protocol';
import { list, members, number, oneOf, optionalText, parser, text, type Members } from './read';

export const kRelations = ['owner', 'moderator', 'member'] as const;
export type Relation = (typeof kRelations)[number];

export interface Person extends Named {
  readonly role: Role;
}

export interface Member extends Person {
  readonly relation: Relation;
}

export interface DiaryEntry {
  readonly id: number;
  readonly atMs: number;
  readonly state: string;
  readonly cause: string;
  readonly detail: string;
}

export interface Uptime {
  readonly fromMs: number;
  readonly toMs: number;
  readonly livePercent: number;
  /** Milliseconds by state; states of a later version are left out. */
  readonly states: ReadonlyMap<RoomState, number>;
}

/** One page of a list; `next` asks for the one after it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

export function pageOf<T>(name: string, read: (value: unknown) => T): (value: unknown) => Page<T> {
  return (value) => {
    const from = members(value);
    return { items: list(from, name).map(read), next: optionalText(from, 'next') };
  };
}

export function person(value: unknown): Person {
  return { ...named(value), role: oneOf(members(value), 'role', kRoles) };
}

function member(value: unknown): Member {
  return { ...person(value), relation: oneOf(members(value), 'relation', kRelations) };
}

function diaryEntry(value: unknown): DiaryEntry {
  const from = members(value);
  return {
    id: number(from, 'id'),
    atMs: number(from, 'at_ms'),
    state: text(from, 'state'),
    cause: text(from, 'cause'),
    detail: text(from, 'detail'),
  };
}

function states(from: Members): ReadonlyMap<RoomState, number> {
  return new Map(kRoomStates.flatMap((name) => (from[name] === undefined ? [] : [[name, number(from, name)]])));
}

export const parsePeople = parser((value) => list(members(value), 'people').map(person));
export const parseMembers = parser((value) => list(members(value), 'members').map(member));
export const parseDiary = parser(pageOf('entries', diaryEntry));
export const parseUptime = parser((value): Uptime => {
  const from = members(value);
  return {
    fromMs: number(from, 'from_ms'),
    toMs: number(from, 'to_ms'),
    livePercent: number(from, 'live_percent'),
    states: states(members(from.states)),
  };
});
