// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Room, RoomId } from '../lib/protocol';
import { strings } from '../lib/strings';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { layGrid, stepFrom, type Grid, type Step } from './grid';
import { problemText } from './tile-view';
import { TileEvent, type Tile, type TileFace } from './tile';
import './tile';
import './wall.css';
import type { WallModel } from './wall-model';

const kTickMs = 250;
const kSteps: Readonly<Record<string, Step>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

@customElement('cc-wall')
export class Wall extends LightElement {
  @property({ attribute: false }) wall!: WallModel;
  /** What an empty wall offers: only administrators can add rooms. */
  @property({ attribute: false }) addRoom: (() => void) | undefined;
  @property() shortcuts: 'on' | 'off' = 'on';

  private grid: Grid = { columns: 1, rowHeight: 200, fit: 'whole' };
  /** How many tiles the grid was made for. */
  private laidOut = -1;
  private focused: RoomId | undefined;
  private readonly resizes = new ResizeObserver(() => this.layOut());

  override connectedCallback(): void {
    super.connectedCallback();
    this.wall.changed.subscribe(this.scope, () => this.requestUpdate());
    this.scope.interval(kTickMs, () => this.requestUpdate());
    this.scope.listen(this, TileEvent.kType, (event: TileEvent) => this.act(event));
    this.scope.listen(document, 'keydown', (event: KeyboardEvent) => this.keyPressed(event));
    this.scope.add(() => this.resizes.disconnect());
    this.resizes.observe(this);
  }

  override render(): TemplateResult {
    return html`<h1 class="visually-hidden">${strings.wall.title}</h1>
      ${this.body()}`;
  }

  protected override updated(): void {
    if (this.laidOut !== this.wall.rooms.sorted.length) this.layOut();
  }

  private body(): TemplateResult {
    const { rooms } = this.wall;
    if (!rooms.known) return skeleton();
    if (rooms.sorted.length === 0) return this.empty();
    return html`<ul class="grid" role="list">
      ${repeat(
        rooms.sorted,
        (room) => room.id,
        (room, index) => html`<li class="cell"><cc-tile .face=${this.face(room, index)}></cc-tile></li>`,
      )}
    </ul>`;
  }

  private empty(): TemplateResult {
    const { wall } = strings;
    return html`<div class="empty">
      <span class="empty-picture">${icon('logo')}</span>
      <h2>${wall.emptyTitle}</h2>
      <p>${this.addRoom === undefined ? wall.emptyOther : wall.emptyAdmin}</p>
      ${
        this.addRoom === undefined
          ? nothing
          : html`<button class="button primary" data-act="add-room" @click=${this.addRoom}>
              ${icon('plus')}${strings.addRoom.open}
            </button>`
      }
    </div>`;
  }

  private face(room: Room, index: number): TileFace {
    const { wall } = this;
    const condition = wall.condition(room);
    const playback = wall.playback(room.id);
    const first = this.focused === undefined || wall.rooms.get(this.focused) === undefined;
    return {
      id: room.id,
      name: room.name,
      state: condition.state,
      word: condition.word,
      sentence: condition.sentence,
      since: strings.since(wall.rooms.serverNow - condition.sinceMs),
      viewers: room.viewers,
      levelDbfs: wall.trust().kind === 'fresh' ? room.levelDbfs : undefined,
      player: wall.player(room.id),
      phase: playback?.phase,
      problem: playback === undefined ? '' : problemText(playback),
      sound: wall.heard === room.id ? 'on' : 'off',
      size: wall.full === undefined ? 'tile' : wall.full === room.id ? 'full' : 'covered',
      tabStop: first ? index === 0 : this.focused === room.id,
    };
  }

  private layOut(): void {
    const list = this.querySelector<HTMLElement>('.grid');
    this.laidOut = this.wall.rooms.sorted.length;
    if (list === null) return;
    const style = getComputedStyle(list);
    const pad = parseFloat(style.paddingLeft) * 2;
    const space = {
      width: this.clientWidth - pad,
      height: this.clientHeight - list.offsetTop - pad,
      gap: parseFloat(style.columnGap),
    };
    const grid = layGrid(this.laidOut, space);
    this.grid = grid;
    this.dataset.fit = grid.fit;
    list.style.setProperty('--columns', String(grid.columns));
    list.style.setProperty('--row', `${grid.rowHeight}px`);
  }

  private act(event: TileEvent): void {
    const { wall } = this;
    const { id, act } = event;
    if (act === 'focus') this.focusChanged(id);
    if (act === 'sound') wall.toggleSound(id);
    if (act === 'close') this.close(id);
    if (act === 'enlarge') wall.showFull(id);
    if (act === 'reduce') this.leaveFull();
    if (act === 'activate') this.activate(id);
  }

  private activate(id: RoomId): void {
    if (this.wall.player(id) === undefined) this.wall.openRoom(id);
    else if (this.wall.full === id) this.leaveFull();
    else this.wall.showFull(id);
  }

  private focusChanged(id: RoomId): void {
    this.focused = id;
    this.requestUpdate();
  }

  private close(id: RoomId): void {
    this.wall.closeRoom(id);
    void this.focusTile(id);
  }

  private leaveFull(): void {
    const id = this.wall.full;
    this.wall.leaveFull();
    if (id !== undefined) void this.focusTile(id);
  }

  private async focusTile(id: RoomId): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(`cc-tile[data-room="${id}"] .stage-button`)?.focus();
  }

  private keyPressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || isElsewhere(event)) return;
    const id = this.tileOf(event.target);
    if (event.key === 'Escape') this.escape(id);
    else if (id === undefined) return;
    else if (event.key.toLowerCase() === 'm' && this.shortcuts === 'on') this.wall.toggleSound(id);
    else if (kSteps[event.key] !== undefined) this.step(event, id, kSteps[event.key]);
  }

  private escape(id: RoomId | undefined): void {
    if (this.wall.full !== undefined) this.leaveFull();
    else if (id !== undefined) this.close(id);
  }

  private step(event: KeyboardEvent, id: RoomId, step: Step | undefined): void {
    if (this.wall.full !== undefined || step === undefined) return;
    event.preventDefault();
    const rooms = this.wall.rooms.sorted;
    const index = rooms.findIndex((room) => room.id === id);
    const target = rooms[stepFrom(index, step, this.grid.columns, rooms.length)];
    if (target !== undefined) void this.focusTile(target.id);
  }

  private tileOf(target: EventTarget | null): RoomId | undefined {
    const tile = target instanceof Element ? target.closest('cc-tile') : null;
    return tile?.face?.id;
  }
}

/** Typing, and open dialogs and menus, keep their keys. */
function isElsewhere(event: KeyboardEvent): boolean {
  const { target } = event;
  return target instanceof Element && target.closest('input, select, textarea, dialog, [popover]') !== null;
}

function skeleton(): TemplateResult {
  return html`<div class="skeletons" aria-busy="true">
    <p class="visually-hidden">${strings.wall.loading}</p>
    ${Array.from({ length: 12 }, () => html`<div class="skeleton"></div>`)}
  </div>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cc-tile': Tile;
  }
}
