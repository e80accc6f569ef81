// SPDX-License-Identifier: MIT
import { isRoomId, kRoomStates, type RoomId, type RoomState } from '../lib/protocol';

export const kFilters = ['all', 'trouble', ...kRoomStates] as const;
export type Filter = (typeof kFilters)[number];

export const kSorts = ['name', 'trouble'] as const;
export type Sort = (typeof kSorts)[number];

export const kModes = ['tiles', 'table'] as const;
export type Mode = (typeof kModes)[number];

export const kColumns = ['room', 'state', 'cause', 'since', 'level', 'viewers', 'resolution', 'bitrate'] as const;
export type Column = (typeof kColumns)[number];
export type Direction = 'ascending' | 'descending';

/** Rooms on one page; 0: as many as fit. */
export const kPageSizes: readonly number[] = [0, 4, 9, 16, 25, 36];

/** How somebody looks at the wall. */
export interface View {
  readonly mode: Mode;
  readonly filter: Filter;
  /** Name of a group; empty for all rooms. */
  readonly group: string;
  readonly sort: Sort;
  readonly perPage: number;
  readonly column: Column;
  readonly direction: Direction;
}

export const kDefaultView: View = {
  mode: 'tiles',
  filter: 'all',
  group: '',
  sort: 'name',
  perPage: 0,
  column: 'room',
  direction: 'ascending',
};

/** Rooms that somebody wants to see together; a room may be in several. */
export interface Group {
  readonly name: string;
  readonly rooms: readonly RoomId[];
}

/** A view to return to, with the rooms that were open in it. */
export interface Layout {
  readonly name: string;
  readonly view: View;
  readonly open: readonly RoomId[];
}

export interface WallDocument {
  readonly view: View;
  readonly groups: readonly Group[];
  readonly layouts: readonly Layout[];
}

export const kMostGroups = 50;
export const kMostLayouts = 20;
export const kMostListed = 500;
export const kLongestName = 40;
const kVersion = 1;

/** As it is written down; the number lets a later version read an older document. */
export function writeDocument(document: WallDocument): unknown {
  return { version: kVersion, ...document };
}

/** What is not understood is replaced by its default: a view is never worth an error. */
export function readDocument(value: unknown): WallDocument {
  const from = members(value);
  return {
    view: readView(from.view),
    groups: list(from.groups, kMostGroups).flatMap(readGroup),
    layouts: list(from.layouts, kMostLayouts).flatMap(readLayout),
  };
}

export function readView(value: unknown): View {
  const from = members(value);
  const base = kDefaultView;
  return {
    mode: oneOf(kModes, from.mode, base.mode),
    filter: oneOf(kFilters, from.filter, base.filter),
    group: nameOf(from.group),
    sort: oneOf(kSorts, from.sort, base.sort),
    perPage: oneOf(kPageSizes, from.perPage, base.perPage),
    column: oneOf(kColumns, from.column, base.column),
    direction: oneOf(['ascending', 'descending'] as const, from.direction, base.direction),
  };
}

export function isTrouble(state: RoomState): boolean {
  return state === 'offline' || state === 'stale' || state === 'no_audio';
}

/** Trimmed and cut to what a list can show; empty is no name. */
export function nameOf(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, kLongestName) : '';
}

function readGroup(value: unknown): Group[] {
  const from = members(value);
  const name = nameOf(from.name);
  return name === '' ? [] : [{ name, rooms: roomIds(from.rooms) }];
}

function readLayout(value: unknown): Layout[] {
  const from = members(value);
  const name = nameOf(from.name);
  return name === '' ? [] : [{ name, view: readView(from.view), open: roomIds(from.open) }];
}

function roomIds(value: unknown): RoomId[] {
  return list(value, kMostListed).filter((id): id is RoomId => typeof id === 'string' && isRoomId(id));
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

function oneOf<T>(allowed: readonly T[], value: unknown, otherwise: T): T {
  return allowed.find((candidate) => candidate === value) ?? otherwise;
}
