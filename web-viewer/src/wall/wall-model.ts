// SPDX-License-Identifier: MIT
import type { Api } from '../lib/api';
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import { kSilenceMs, type EventsClient } from '../lib/events';
import type { Room, RoomId } from '../lib/protocol';
import type { RoomStore } from '../lib/rooms';
import type { Scope } from '../lib/scope';
import { Player } from '../live/player';
import type { WhepTransport } from '../live/whep';
import { conditionOf, type Condition, type Playback, type Trust } from './tile-view';

interface OpenRoom {
  readonly player: Player;
  readonly scope: Scope;
}

/** The wall without its looks: which rooms are open, which one is heard, which one fills the screen. */
export class WallModel {
  readonly changed = new Emitter();
  /** At most one room is heard at a time. */
  heard: RoomId | undefined;
  full: RoomId | undefined;

  private readonly open = new Map<RoomId, OpenRoom>();

  constructor(
    private readonly scope: Scope,
    private readonly api: Api,
    private readonly transport: WhepTransport,
    readonly rooms: RoomStore,
    readonly events: EventsClient,
  ) {
    rooms.changed.subscribe(scope, () => this.roomsChanged());
    events.changed.subscribe(scope, () => this.changed.emit());
  }

  player(id: RoomId): Player | undefined {
    return this.open.get(id)?.player;
  }

  openRoom(id: RoomId): void {
    if (this.open.has(id) || this.scope.closed) return;
    const scope = this.scope.child();
    const player = new Player(scope, {
      transport: this.transport,
      fetchTicket: (signal) => this.api.watch(id, signal),
    });
    player.changed.subscribe(scope, () => this.changed.emit());
    this.open.set(id, { player, scope });
    this.changed.emit();
  }

  closeRoom(id: RoomId): void {
    const room = this.open.get(id);
    if (room === undefined) return;
    room.scope.close();
    this.open.delete(id);
    if (this.heard === id) this.heard = undefined;
    if (this.full === id) this.full = undefined;
    this.changed.emit();
  }

  closeAll(): void {
    for (const id of [...this.open.keys()]) this.closeRoom(id);
  }

  toggleSound(id: RoomId): void {
    if (!this.open.has(id)) return;
    this.heard = this.heard === id ? undefined : id;
    this.changed.emit();
  }

  /** Opens the room if need be. */
  showFull(id: RoomId): void {
    this.openRoom(id);
    this.full = id;
    this.changed.emit();
  }

  leaveFull(): void {
    this.full = undefined;
    this.changed.emit();
  }

  condition(room: Room): Condition {
    return conditionOf(room, this.trust(), this.playback(room.id), this.rooms.serverNow);
  }

  playback(id: RoomId): Playback | undefined {
    const player = this.player(id);
    if (player === undefined) return undefined;
    const skew = this.rooms.serverNow - now();
    const last = player.frames.lastFrameMs;
    return {
      phase: player.phase,
      problem: player.problem,
      openedMs: player.openedMs + skew,
      phaseSinceMs: player.phaseSinceMs + skew,
      lastFrameMs: last === undefined ? undefined : last + skew,
    };
  }

  /** After that long a silence the server's last word may be wrong, so it is not repeated. */
  trust(): Trust {
    const silentMs = now() - this.events.heardMs;
    if (silentMs <= kSilenceMs) return { kind: 'fresh' };
    return { kind: 'silent', sinceMs: this.rooms.serverNow - silentMs };
  }

  private roomsChanged(): void {
    for (const id of [...this.open.keys()]) {
      if (this.rooms.get(id) === undefined) this.closeRoom(id);
    }
    this.changed.emit();
  }
}
