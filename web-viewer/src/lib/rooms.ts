// SPDX-License-Identifier: MIT
import { now } from './clock';
import { Emitter } from './emitter';
import type { Right, Room, RoomId, ServerEvent } from './protocol';

const kByName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** What the server last said about every room. */
export class RoomStore {
  readonly changed = new Emitter<ServerEvent>();
  /** False until the first snapshot: "no rooms" and "not known yet" are two different pages. */
  known = false;
  private rooms = new Map<RoomId, Room>();
  private ordered: readonly Room[] = [];
  private skewMs = 0;
  private readonly unreadOf = new Map<RoomId, number>();

  /** By name, then id, so that no tile ever moves because of what happens in its room. */
  get sorted(): readonly Room[] {
    return this.ordered;
  }

  /** The server's clock, in which `since_ms` is told. */
  get serverNow(): number {
    return now() + this.skewMs;
  }

  get(id: RoomId): Room | undefined {
    return this.rooms.get(id);
  }

  /** Messages of others that this person has not read, up to 100. */
  unread(id: RoomId): number {
    return this.unreadOf.get(id) ?? 0;
  }

  apply(event: ServerEvent): void {
    if (event.type === 'unread') {
      for (const { room, unread } of event.rooms) this.unreadOf.set(room, unread);
      this.changed.emit(event);
      return;
    }
    if (event.type === 'recording' || event.type === 'recording_removed' || event.type === 'storage') return;
    this.skewMs = event.nowMs - now();
    switch (event.type) {
      case 'rooms':
        this.known = true;
        this.rooms = new Map(event.rooms.map((room) => [room.id, room]));
        break;
      case 'room':
        this.rooms.set(event.room.id, withRights(event.room, this.rooms.get(event.room.id)));
        break;
      case 'removed':
        this.rooms.delete(event.id);
        break;
      case 'tick':
        return;
    }
    this.ordered = [...this.rooms.values()].sort((a, b) => kByName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
    this.changed.emit(event);
  }
}

/** Events do not repeat what the person may do. */
function withRights(room: Room, before: Room | undefined): Room {
  return room.rights === undefined && before?.rights !== undefined ? { ...room, rights: before.rights } : room;
}

export function may(room: Room, right: Right): boolean {
  return room.rights?.includes(right) === true;
}
