// SPDX-License-Identifier: MIT
import type { Api } from '../lib/api';
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import { kSilenceMs, type EventsClient } from '../lib/events';
import { kRoomStates, type Room, type RoomId, type RoomState } from '../lib/protocol';
import type { RoomStore } from '../lib/rooms';
import type { Scope } from '../lib/scope';
import type { SoundMode } from '../lib/settings';
import { Player } from '../live/player';
import type { Layer } from '../live/session';
import type { WhepTransport } from '../live/whep';
import { conditionOf, type Condition, type Playback, type Trust } from './tile-view';

/** As many rooms as are opened by one act; each costs a decoder and a stream. */
export const kMostOpened = 36;
/** A room that is out of sight for so long stops loading; it opens again when it is back in sight. */
export const kParkMs = 3_000;

interface OpenRoom {
  readonly player: Player;
  readonly scope: Scope;
  /** 0 while it is in sight. */
  unseenSinceMs: number;
}

/** The wall without its looks: which rooms are open, which are heard and how loud, which one fills the screen. */
export class WallModel {
  readonly changed = new Emitter();
  full: RoomId | undefined;
  /** A room that has a page to itself, and so the space for a better picture. */
  focus: RoomId | undefined;
  /** `one`: turning on a room's sound turns off the others'. */
  soundMode: SoundMode = 'one';

  private readonly open = new Map<RoomId, OpenRoom>();
  private readonly parked = new Set<RoomId>();
  private readonly sounding = new Set<RoomId>();
  private readonly volumes = new Map<RoomId, number>();
  private readonly layers = new Map<RoomId, Layer>();
  /** Rooms that go on in their best picture when they are out of sight: something on this device needs them. */
  private readonly needed = new Set<RoomId>();
  private readonly delayed = new Map<RoomId, number>();

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

  /** Rooms that the user opened, whether they are in sight or not. */
  get opened(): readonly RoomId[] {
    return [...this.open.keys(), ...this.parked];
  }

  get heard(): ReadonlySet<RoomId> {
    return this.sounding;
  }

  openRoom(id: RoomId): void {
    if (this.open.has(id) || this.scope.closed) return;
    const scope = this.scope.child();
    const player = new Player(scope, {
      transport: this.transport,
      fetchTicket: (signal) => this.api.watch(id, signal),
      layer: this.wantedLayer(id),
    });
    player.changed.subscribe(scope, () => this.changed.emit());
    this.parked.delete(id);
    this.open.set(id, { player, scope, unseenSinceMs: 0 });
    this.changed.emit();
  }

  /** Begins the room's session anew, at once. */
  renew(id: RoomId): void {
    const heard = this.sounding.has(id);
    const { full } = this;
    this.release(id);
    this.full = full;
    this.openRoom(id);
    if (heard) this.sounding.add(id);
  }

  /** Opens rooms up to the limit; gives the number of those that are open now. */
  openMany(ids: readonly RoomId[]): number {
    const wanted = ids.slice(0, kMostOpened);
    for (const id of wanted) this.openRoom(id);
    return wanted.length;
  }

  closeRoom(id: RoomId): void {
    const known = this.parked.delete(id) || this.open.has(id);
    this.release(id);
    if (known) this.changed.emit();
  }

  closeAll(): void {
    for (const id of this.opened) this.closeRoom(id);
  }

  /** Rooms out of sight stop loading after a moment, and go on when they are back. */
  inSight(seen: ReadonlySet<RoomId>): void {
    for (const id of [...this.parked]) {
      if (seen.has(id)) this.openRoom(id);
    }
    for (const [id, room] of [...this.open]) {
      if (seen.has(id) || this.needed.has(id)) room.unseenSinceMs = 0;
      else this.unseen(id, room);
    }
  }

  /** When a picture of this room came last by the slower way; undefined: it comes by no other way. */
  setDelayed(id: RoomId, lastFrameMs: number | undefined): void {
    if (lastFrameMs === undefined) this.delayed.delete(id);
    else this.delayed.set(id, lastFrameMs);
  }

  isNeeded(id: RoomId): boolean {
    return this.needed.has(id);
  }

  setNeeded(id: RoomId, needed: boolean): void {
    if (needed) this.needed.add(id);
    else this.needed.delete(id);
    this.followLayers();
  }

  toggleSound(id: RoomId): void {
    if (!this.open.has(id)) return;
    const on = !this.sounding.has(id);
    if (this.soundMode === 'one') this.sounding.clear();
    if (on) this.sounding.add(id);
    else this.sounding.delete(id);
    this.changed.emit();
  }

  setSoundMode(mode: SoundMode): void {
    if (this.soundMode === mode) return;
    this.soundMode = mode;
    const last = [...this.sounding].at(-1);
    this.sounding.clear();
    if (last !== undefined) this.sounding.add(last);
    this.changed.emit();
  }

  /** 0…1. */
  volume(id: RoomId): number {
    return this.volumes.get(id) ?? 1;
  }

  setVolume(id: RoomId, volume: number): void {
    this.volumes.set(id, Math.min(1, Math.max(0, volume)));
    this.changed.emit();
  }

  /** What the user chose for this room. */
  layer(id: RoomId): Layer {
    return this.layers.get(id) ?? 'auto';
  }

  setLayer(id: RoomId, layer: Layer): void {
    this.layers.set(id, layer);
    this.followLayers();
    this.changed.emit();
  }

  /** Opens the room if need be. */
  showFull(id: RoomId): void {
    this.full = id;
    this.followLayers();
    this.openRoom(id);
    this.changed.emit();
  }

  setFocus(id: RoomId | undefined): void {
    this.focus = id;
    this.followLayers();
  }

  leaveFull(): void {
    this.full = undefined;
    this.followLayers();
    this.changed.emit();
  }

  /** How many rooms are in each state, as this page sees them. */
  counts(): ReadonlyMap<RoomState, number> {
    const result = new Map<RoomState, number>(kRoomStates.map((name) => [name, 0]));
    for (const room of this.rooms.sorted) {
      const { state } = this.condition(room);
      result.set(state, (result.get(state) ?? 0) + 1);
    }
    return result;
  }

  condition(room: Room): Condition {
    return conditionOf(room, this.trust(), this.playback(room.id), this.rooms.serverNow);
  }

  playback(id: RoomId): Playback | undefined {
    const player = this.player(id);
    if (player === undefined) return undefined;
    const skew = this.rooms.serverNow - now();
    const last = this.delayed.get(id) ?? player.frames.lastFrameMs;
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

  /** A tile is small: the low layer does; a room in full view gets what its link carries. */
  private wantedLayer(id: RoomId): Layer {
    const chosen = this.layer(id);
    if (this.needed.has(id)) return 'high';
    return chosen === 'auto' && this.full !== id && this.focus !== id ? 'low' : chosen;
  }

  private followLayers(): void {
    for (const [id, { player }] of this.open) player.setLayer(this.wantedLayer(id));
  }

  private unseen(id: RoomId, room: OpenRoom): void {
    room.unseenSinceMs ||= now();
    if (now() - room.unseenSinceMs < kParkMs) return;
    this.release(id);
    this.parked.add(id);
    this.changed.emit();
  }

  private release(id: RoomId): void {
    this.open.get(id)?.scope.close();
    this.open.delete(id);
    this.sounding.delete(id);
    this.delayed.delete(id);
    if (this.full === id) this.full = undefined;
  }

  private roomsChanged(): void {
    for (const id of this.opened) {
      if (this.rooms.get(id) === undefined) this.closeRoom(id);
    }
    this.changed.emit();
  }
}
