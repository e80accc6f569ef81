// SPDX-License-Identifier: MIT
import type { Room, RoomId, RoomState } from '../lib/protocol';
import type { Condition } from './tile-view';
import { isTrouble, type Column, type Filter, type Group, type View } from './view';

export interface Entry {
  readonly room: Room;
  readonly condition: Condition;
}

/** What is wanted of the rooms: a view and what was typed into the search. */
export interface Wanted {
  readonly view: View;
  readonly group: Group | undefined;
  readonly search: string;
}

/** Worst first. */
const kRank: Readonly<Record<RoomState, number>> = {
  offline: 0,
  stale: 1,
  no_audio: 2,
  privacy: 3,
  standby: 4,
  live: 5,
};
const kByWord = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

type Compare = (a: Entry, b: Entry) => number;

/** Entries come by name; equal ones keep that order. */
export function arrange(entries: readonly Entry[], wanted: Wanted): readonly RoomId[] {
  const chosen = entries.filter((entry) => isWanted(entry, wanted));
  return [...chosen].sort(comparing(wanted.view)).map((entry) => entry.room.id);
}

/** Does what happens in the rooms have a say in the order, or only their names? */
export function isRestless(view: View): boolean {
  return view.filter !== 'all' || (view.mode === 'table' ? view.column !== 'room' : view.sort !== 'name');
}

export function isWanted({ room, condition }: Entry, { view, group, search }: Wanted): boolean {
  if (group !== undefined && !group.rooms.includes(room.id)) return false;
  return passes(view.filter, condition.state) && found(room, search);
}

function passes(filter: Filter, state: RoomState): boolean {
  if (filter === 'all') return true;
  return filter === 'trouble' ? isTrouble(state) : filter === state;
}

/** Every word must occur, in any order, accents and capitals aside. */
function found(room: Room, search: string): boolean {
  const text = plain(`${room.name} ${room.id}`);
  return plain(search)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLocaleLowerCase();
}

function comparing(view: View): Compare {
  if (view.mode === 'tiles') return view.sort === 'name' ? () => 0 : byTrouble;
  const compare = kColumnOrder[view.column];
  return view.direction === 'ascending' ? compare : (a, b) => compare(b, a);
}

const byTrouble: Compare = (a, b) => urgency(a) - urgency(b);

/** Rooms without trouble are all the same. */
function urgency({ condition }: Entry): number {
  return isTrouble(condition.state) ? kRank[condition.state] : kRank.live;
}

const kColumnOrder: Readonly<Record<Column, Compare>> = {
  room: (a, b) => kByWord.compare(a.room.name, b.room.name),
  state: (a, b) => kRank[a.condition.state] - kRank[b.condition.state],
  cause: (a, b) => kByWord.compare(a.condition.sentence, b.condition.sentence),
  since: (a, b) => b.condition.sinceMs - a.condition.sinceMs,
  level: by(({ room }) => room.levelDbfs),
  viewers: by(({ room }) => room.viewers),
  resolution: by(({ room }) => pixels(room)),
  bitrate: by(({ room }) => room.video?.bitrateBps),
};

function by(measure: (entry: Entry) => number | undefined): Compare {
  return (a, b) => (measure(a) ?? -Number.MAX_VALUE) - (measure(b) ?? -Number.MAX_VALUE);
}

function pixels({ video }: Room): number | undefined {
  return video?.width === undefined || video.height === undefined ? undefined : video.width * video.height;
}
