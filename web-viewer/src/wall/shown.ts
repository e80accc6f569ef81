// SPDX-License-Identifier: MIT
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import type { Room, RoomId } from '../lib/protocol';
import type { Scope } from '../lib/scope';
import { arrange, isRestless, type Entry, type Wanted } from './arrange';
import type { WallModel } from './wall-model';
import type { WallSettings } from './wall-settings';

/** Nothing moves under a hand or an eye: so long after the last touch, and after the last move. */
export const kSettleMs = 10_000;

/**
 * Which rooms are shown, in which order, on which page. The user's own choices act at once; an order that
 * follows the rooms' states changes only while nobody is busy with the wall, and never while it is held.
 */
export class Shown {
  readonly changed = new Emitter();
  /** Held by the user. */
  held = false;
  search = '';
  /** Counted from 0. */
  page = 0;

  private order: readonly RoomId[] = [];
  private wanted = '';
  private movedMs = 0;
  private touchedMs = 0;
  private fit = Number.MAX_SAFE_INTEGER;
  private waiting = false;
  private seen: ReadonlySet<RoomId> = new Set();

  constructor(
    scope: Scope,
    private readonly wall: WallModel,
    private readonly settings: WallSettings,
  ) {
    settings.changed.subscribe(scope, () => this.refresh());
    wall.changed.subscribe(scope, () => this.refresh());
    scope.interval(1_000, () => this.refresh());
    this.refresh();
  }

  /** All pages. */
  get rooms(): readonly Room[] {
    return this.order.flatMap((id) => this.wall.rooms.get(id) ?? []);
  }

  get pageRooms(): readonly Room[] {
    return this.rooms.slice(this.page * this.pageSize, (this.page + 1) * this.pageSize);
  }

  get pages(): number {
    return Math.max(1, Math.ceil(this.order.length / this.pageSize));
  }

  /** Pages are equally full, so that tiles are as large as they can be on all of them. */
  get pageSize(): number {
    return this.pageSizeOf(this.order.length);
  }

  pageSizeOf(count: number): number {
    const most = Math.max(1, this.fit);
    const pages = Math.ceil(count / most);
    return this.settings.view.perPage > 0 ? most : Math.max(1, Math.ceil(count / Math.max(1, pages)));
  }

  /** A better order is known, but the present one is held or still in use. */
  get outdated(): boolean {
    return this.waiting;
  }

  /** What decides about which rooms are shown; changes only by the user. */
  get asked(): string {
    const { view, group } = this.settings;
    return JSON.stringify([this.search, view.filter, group?.name]);
  }

  /** How many rooms one page can take. */
  setFit(fit: number): void {
    if (this.fit === fit) return;
    this.fit = fit;
    this.turnTo(this.page);
  }

  setSearch(search: string): void {
    this.search = search;
    this.refresh();
  }

  toggleHold(): void {
    this.held = !this.held;
    this.touchedMs = 0;
    this.movedMs = 0;
    this.refresh();
    this.changed.emit();
  }

  /** Somebody is busy with the wall. */
  touch(): void {
    this.touchedMs = now();
  }

  turnTo(page: number): void {
    this.page = Math.min(Math.max(0, page), this.pages - 1);
    this.changed.emit();
  }

  /** After the last page comes the first. */
  turn(by: number): void {
    this.turnTo((this.page + by + this.pages) % this.pages);
  }

  /** Turns to the page that has the room. */
  reveal(id: RoomId): void {
    const index = this.order.indexOf(id);
    if (index >= 0) this.turnTo(Math.floor(index / this.pageSize));
  }

  private refresh(): void {
    const { view, group } = this.settings;
    const wanted: Wanted = { view, group, search: this.search };
    const entries = this.wall.rooms.sorted.map((room) => ({ room, condition: this.wall.condition(room) }));
    const best = arrange(entries, wanted);
    const key = JSON.stringify([wanted.group, wanted.search, relevant(wanted)]);
    const next = key !== this.wanted || this.mayMove(wanted) ? best : this.patched(entries, best);
    if (key !== this.wanted) this.page = 0;
    this.wanted = key;
    this.seen = new Set(entries.map((entry) => entry.room.id));
    this.waiting = !same(next, best);
    if (same(next, this.order)) return;
    this.order = next;
    this.movedMs = now();
    this.turnTo(this.page);
  }

  private mayMove({ view }: Wanted): boolean {
    if (this.held) return false;
    if (!isRestless(view)) return true;
    const busy = now() - this.touchedMs < kSettleMs || this.wall.full !== undefined;
    return !busy && now() - this.movedMs >= kSettleMs;
  }

  /** The present order without the rooms that are gone; rooms that are new to the server come last. */
  private patched(entries: readonly Entry[], best: readonly RoomId[]): readonly RoomId[] {
    const known = new Set(entries.map((entry) => entry.room.id));
    const kept = this.order.filter((id) => known.has(id));
    const added = best.filter((id) => !this.seen.has(id));
    return [...kept, ...added.filter((id) => !kept.includes(id))];
  }
}

/** The part of a view that decides about the order. */
function relevant({ view }: Wanted): unknown {
  return view.mode === 'table' ? [view.filter, view.column, view.direction] : [view.filter, view.sort];
}

function same(a: readonly RoomId[], b: readonly RoomId[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
