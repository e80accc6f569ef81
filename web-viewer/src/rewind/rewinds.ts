// SPDX-License-Identifier: MIT
import type { Api } from '../lib/api';
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import type { RoomId } from '../lib/protocol';
import type { Scope } from '../lib/scope';
import type { PlayerProblem } from '../live/player';
import type { WallModel } from '../wall/wall-model';
import { Rewind, type PastMode } from './rewind';

/** Media that is blocked for so long will not come this way. */
const kBlockedMs = 8_000;
const kWatchMs = 500;
/** The network lets no media through, or the browser makes no connection of this kind. */
const kBlocked: readonly PlayerProblem[] = ['no-path', 'unsupported'];

interface Shown {
  readonly rewind: Rewind;
  readonly scope: Scope;
}

/** Which rooms show their past in place of the present: by wish, or because the present does not get through. */
export class Rewinds {
  readonly changed = new Emitter();
  /** The live connection of a delayed room is back, and so is its picture. */
  readonly liveAgain = new Emitter<RoomId>();
  private readonly shown = new Map<RoomId, Shown>();
  /** Since when a room's media has been blocked. */
  private readonly blocked = new Map<RoomId, number>();
  /** Whoever asked for the live connection is not sent away from it again. */
  private readonly refused = new Set<RoomId>();

  constructor(
    private readonly scope: Scope,
    private readonly api: Api,
    private readonly wall: WallModel,
    private readonly fetchView: () => Promise<unknown> = () => import('./past-view'),
  ) {
    scope.interval(kWatchMs, () => this.watch());
  }

  of(room: RoomId): Rewind | undefined {
    return this.shown.get(room)?.rewind;
  }

  /** Into the past, or back to the present. */
  toggle(room: RoomId): void {
    if (this.shown.has(room)) this.toLive(room);
    else this.open(room, 'rewind');
  }

  /** Ten seconds each; a room that shows the present goes back by the first. */
  step(room: RoomId, steps: number): void {
    const rewind = this.of(room);
    if (rewind !== undefined) rewind.step(steps);
    else if (steps < 0) this.open(room, 'rewind');
  }

  toLive(room: RoomId): void {
    const shown = this.shown.get(room);
    if (shown === undefined) return;
    this.close(room);
    if (shown.rewind.mode !== 'delayed') return;
    this.refused.add(room);
    this.wall.renew(room);
  }

  private open(room: RoomId, mode: PastMode): void {
    if (this.shown.has(room) || this.wall.rooms.get(room)?.rewindFromMs === undefined) return;
    if (this.wall.player(room) === undefined) this.wall.openRoom(room);
    const scope = this.scope.child();
    const rewind = new Rewind(scope, this.api, room, mode, () => this.wall.rooms.serverNow);
    rewind.changed.subscribe(scope, () => this.changed.emit());
    this.shown.set(room, { rewind, scope });
    this.fetchView().catch(() => rewind.failed());
    this.changed.emit();
  }

  private close(room: RoomId): void {
    this.shown.get(room)?.scope.close();
    this.shown.delete(room);
    this.wall.setDelayed(room, undefined);
    this.changed.emit();
  }

  private watch(): void {
    for (const [room, { rewind }] of this.shown) {
      if (!this.wall.opened.includes(room)) this.close(room);
      else if (rewind.mode === 'delayed') this.watchDelayed(room, rewind);
    }
    for (const room of this.wall.opened) this.watchBlocked(room);
  }

  /** Frames that come by the slower way advance as well; and the faster way is taken as soon as it opens. */
  private watchDelayed(room: RoomId, rewind: Rewind): void {
    this.wall.setDelayed(room, rewind.lastFrameMs);
    if (this.wall.player(room)?.phase !== 'live') return;
    this.close(room);
    this.liveAgain.emit(room);
  }

  private watchBlocked(room: RoomId): void {
    const player = this.wall.player(room);
    if (player?.phase === 'live') this.refused.delete(room);
    if (player === undefined || !kBlocked.includes(player.problem)) {
      if (player?.phase === 'live') this.blocked.delete(room);
      return;
    }
    const sinceMs = this.blocked.get(room) ?? now();
    this.blocked.set(room, sinceMs);
    if (now() - sinceMs < kBlockedMs || this.refused.has(room)) return;
    this.blocked.delete(room);
    this.open(room, 'delayed');
  }
}
