// SPDX-License-Identifier: MIT
import { now } from './clock';
import { Emitter } from './emitter';
import type { Room, RoomId, ServerEvent } from './protocol';

const kByName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** What the server last said about every room. */
export class RoomStore {
  readonly changed = new Emitter<ServerEvent>();
  /** False until the first snapshot: "no rooms" and "not known yet" are two different pages. */
  known = false;
  private rooms = new Map<RoomId, Room>();
  private ordered: readonly Room[] = [];
  private skewMs = 0;

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

  apply(event: ServerEvent): void {
    this.skewMs = event.nowMs - now();
    switch (event.type) {
      case 'rooms':
        this.known = true;
        this.rooms = new Map(event.rooms.map((room) => [room.id, room]));
        break;
      case 'room':
        this.rooms.set(event.room.id, event.room);
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
