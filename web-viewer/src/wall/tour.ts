// SPDX-License-Identifier: MIT
import { Emitter } from '../lib/emitter';
import type { RoomId } from '../lib/protocol';
import type { Scope } from '../lib/scope';
import type { TourStops } from '../lib/settings';
import type { Shown } from './shown';
import type { WallModel } from './wall-model';

export type TourPhase = 'off' | 'running' | 'paused';

/** The guard tour: page after page, or room after room in full view, for as long as nobody stops it. */
export class Tour {
  readonly changed = new Emitter();
  phase: TourPhase = 'off';

  private cancel: () => void = () => undefined;
  private intervalMs = 0;
  private stops: TourStops = 'pages';
  /** The room that the tour opened, and therefore closes. */
  private visiting: RoomId | undefined;

  constructor(
    private readonly scope: Scope,
    private readonly wall: WallModel,
    private readonly shown: Shown,
  ) {
    wall.changed.subscribe(scope, () => this.wallChanged());
  }

  start(stops: TourStops, intervalMs: number): void {
    this.stops = stops;
    this.intervalMs = intervalMs;
    this.set('running');
    if (stops === 'rooms') this.step();
    this.wait();
  }

  stop(): void {
    if (this.phase === 'off') return;
    this.set('off');
    this.cancel();
    this.leave();
  }

  togglePause(): void {
    if (this.phase === 'off') return;
    this.cancel();
    this.set(this.phase === 'running' ? 'paused' : 'running');
    if (this.phase === 'running') this.wait();
  }

  private wait(): void {
    this.cancel();
    this.cancel = this.scope.interval(this.intervalMs, () => this.step());
  }

  private step(): void {
    if (this.stops === 'pages') this.shown.turn(1);
    else this.visitNext();
  }

  /** Rooms that can show nothing are passed over, unless all are such. */
  private visitNext(): void {
    const rooms = this.shown.rooms;
    const able = rooms.filter((room) => this.wall.condition(room).state !== 'offline');
    const stops = able.length > 0 ? able : rooms;
    const after = rooms.findIndex((room) => room.id === this.wall.full);
    const next = stops.find((room) => rooms.indexOf(room) > after) ?? stops[0];
    if (next === undefined || next.id === this.wall.full) return;
    const former = this.visiting;
    this.visiting = this.wall.opened.includes(next.id) ? undefined : next.id;
    this.shown.reveal(next.id);
    this.wall.showFull(next.id);
    if (former !== undefined) this.wall.closeRoom(former);
  }

  private leave(): void {
    if (this.stops !== 'rooms') return;
    const { visiting } = this;
    this.visiting = undefined;
    if (visiting !== undefined) this.wall.closeRoom(visiting);
    this.wall.leaveFull();
  }

  /** Whoever leaves the full view leaves the tour of rooms. */
  private wallChanged(): void {
    if (this.phase !== 'off' && this.stops === 'rooms' && this.wall.full === undefined) this.stop();
  }

  private set(phase: TourPhase): void {
    this.phase = phase;
    this.changed.emit();
  }
}
