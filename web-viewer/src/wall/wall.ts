// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Room, RoomId } from '../lib/protocol';
import type { Settings } from '../lib/settings';
import { strings } from '../lib/strings';
import type { LocalRecordings } from '../recording/local-recordings';
import { RecordEvent } from '../recording/record-event';
import type { Rewinds } from '../rewind/rewinds';
import { LightElement } from '../ui/light-element';
import { keepAwakeInFullScreen } from './awake';
import { emptyWall, nothingFits, wallSkeleton } from './bare-wall';
import { rowOf, tileOf, type Seen } from './faces';
import { layGrid, stepFrom, tilesThatFit, type Grid, type Space, type Step } from './grid';
import './groups';
import type { Groups } from './groups';
import './layouts';
import type { Layouts } from './layouts';
import { roomTable } from './room-table';
import type { Shown } from './shown';
import type { Tile } from './tile';
import './tile';
import { SayEvent } from '../ui/say-event';
import { LayerEvent, TileEvent, VolumeEvent } from './tile-event';
import { toolbar, tourButtons } from './toolbar';
import type { Tour } from './tour';
import { kDefaultView, type Column } from './view';
import { commandOf, isElsewhere, isRoomButton, stepOf, swallow, type WallCommand } from './wall-keys';
import type { WallModel } from './wall-model';
import type { WallSettings } from './wall-settings';
import './wall.css';

const kTickMs = 250;
/** In full screen the tools hide so long after the last movement. */
const kAwakeMs = 3_000;

/** The wall: tools, then the rooms as tiles or as a table; tells the models what the user wants. */
@customElement('cc-wall')
export class Wall extends LightElement {
  @property({ attribute: false }) wall!: WallModel;
  @property({ attribute: false }) shown!: Shown;
  /** As many rooms as are probably shown, while the server has not told them. */
  @property({ type: Number }) expected = 0;
  @property({ attribute: false }) settings!: WallSettings;
  @property({ attribute: false }) tour!: Tour;
  @property({ attribute: false }) device!: Settings;
  @property({ attribute: false }) local!: LocalRecordings;
  @property({ attribute: false }) rewinds!: Rewinds;
  /** What an empty wall offers: only administrators can add rooms. */
  @property({ attribute: false }) addRoom: (() => void) | undefined;

  /** What the last act led to: the header says it, and the tools where a full screen has no header. */
  @property() note = '';

  private grid: Grid = { columns: 1, rowHeight: 200, fit: 'whole' };
  /** What the grid was made for. */
  private laidOut = '';
  private focused: RoomId | undefined;
  private readonly measured = new Set<RoomId>();
  private readonly resizes = new ResizeObserver(() => this.layOut());
  private cancelAwake: () => void = () => undefined;

  private readonly acts = {
    openAll: (): void => this.openAll(),
    closeAll: (): void => this.wall.closeAll(),
    toggleMode: (): void => this.settings.setView({ mode: this.isTable ? 'tiles' : 'table' }),
    toggleHold: (): void => this.shown.toggleHold(),
    toggleFullScreen: (): void => void toggleFullScreen(),
    showLayouts: (): void => this.querySelector<Layouts>('cc-layouts')?.show(),
    showGroups: (): void => this.querySelector<Groups>('cc-groups')?.show(),
  };

  private readonly commands: Readonly<Record<WallCommand, (id: RoomId | undefined) => void>> = {
    escape: (id) => this.escape(id),
    search: () => this.querySelector<HTMLInputElement>('.search')?.focus(),
    sound: (id) => id !== undefined && this.wall.toggleSound(id),
    stats: (id) => id !== undefined && this.toggleStats(id),
    record: (id) => id !== undefined && this.dispatchEvent(new RecordEvent(id, 'start')),
    rewind: (id) => id !== undefined && this.rewinds.toggle(id),
    'step-back': (id) => id !== undefined && this.rewinds.step(id, -1),
    'step-forward': (id) => id !== undefined && this.rewinds.step(id, 1),
    snapshot: (id) => void this.tile(id)?.saveSnapshot(),
    float: (id) => void this.tile(id)?.float(),
    'open-all': this.acts.openAll,
    'close-all': this.acts.closeAll,
    mode: (id) => this.switchMode(id),
    hold: this.acts.toggleHold,
    'full-screen': this.acts.toggleFullScreen,
    'tour-pause': () => this.tour.togglePause(),
    'previous-page': (id) => this.turn(-1, id),
    'next-page': (id) => this.turn(1, id),
  };

  private get isTable(): boolean {
    return this.settings.view.mode === 'table';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const model of [this.wall, this.settings, this.tour, this.device, this.local, this.rewinds]) {
      model.changed.subscribe(this.scope, () => this.requestUpdate());
    }
    this.shown.changed.subscribe(this.scope, () => this.tick());
    this.scope.interval(kTickMs, () => this.tick());
    // Ticks are rare in a tab that nobody sees: whoever comes back reads no word from before.
    this.scope.listen(document, 'visibilitychange', () => this.tick());
    this.listenToUser();
    keepAwakeInFullScreen(this.scope);
    this.scope.add(() => this.resizes.disconnect());
    this.resizes.observe(this);
  }

  override render(): TemplateResult {
    return html`<h1 class="visually-hidden">${strings.wall.title}</h1>
      ${this.body()}`;
  }

  protected override updated(): void {
    const bar = this.querySelector('.toolbar');
    if (bar !== null) this.resizes.observe(bar);
    if (this.laidOut !== this.layoutKey()) this.layOut();
  }

  private listenToUser(): void {
    const { scope } = this;
    scope.listen(this, TileEvent.kType, (event: TileEvent) => this.act(event));
    scope.listen(this, VolumeEvent.kType, (event: VolumeEvent) => this.wall.setVolume(event.id, event.volume));
    scope.listen(this, LayerEvent.kType, (event: LayerEvent) => this.wall.setLayer(event.id, event.layer));
    scope.listen(document, 'keydown', (event: KeyboardEvent) => this.keyPressed(event));
    scope.listen(document, 'fullscreenchange', () => this.requestUpdate());
    for (const type of ['pointermove', 'pointerdown', 'focusin', 'wheel']) {
      scope.listen(this, type, () => this.touched());
    }
  }

  private body(): TemplateResult {
    const { rooms } = this.wall;
    if (rooms.known && rooms.sorted.length === 0) return emptyWall(this.addRoom);
    const { wall, shown, settings, device, tour, note, acts } = this;
    const covered = wall.full !== undefined;
    return html`${toolbar({ wall, shown, settings, device, tour, note, acts, covered: covered || !rooms.known })}
      ${rooms.known ? this.rooms() : wallSkeleton(this.pageOf(this.expected), settings.view.mode)}
      ${covered && tour.phase !== 'off' ? html`<div class="tour-over">${tourButtons(tour)}</div>` : nothing}
      <cc-layouts .settings=${settings} .wall=${wall}></cc-layouts>
      <cc-groups .settings=${settings} .wall=${wall}></cc-groups>`;
  }

  private rooms(): TemplateResult {
    if (this.shown.rooms.length === 0) return nothingFits(this.showAll);
    return this.isTable ? this.table() : this.tiles();
  }

  /** Of so many rooms, those on one page. */
  private pageOf(count: number): number {
    return this.isTable ? count : Math.min(this.shown.pageSizeOf(count), count);
  }

  private get count(): number {
    return this.wall.rooms.known ? this.shown.rooms.length : this.expected;
  }

  private tiles(): TemplateResult {
    return html`<ul class="grid" role="list">
      ${this.cells(this.shown.pageRooms)}
    </ul>`;
  }

  private table(): TemplateResult {
    const { rooms } = this.shown;
    const { view } = this.settings;
    const watched = rooms.filter((room) => this.wall.player(room.id) !== undefined);
    const seen = this.seen(rooms);
    return html`<div class="twin" ?data-watching=${watched.length > 0}>
      <div ?inert=${this.wall.full !== undefined}>
        ${roomTable({ view, rows: rooms.map((room) => rowOf(room, seen)), sortBy: (column) => this.sortBy(column) })}
      </div>
      ${
        watched.length === 0
          ? nothing
          : html`<ul class="twin-open" role="list" aria-label=${strings.table.open}>
              ${this.cells(watched)}
            </ul>`
      }
    </div>`;
  }

  private cells(rooms: readonly Room[]): unknown {
    const seen = this.seen(rooms);
    return repeat(
      rooms,
      (room) => room.id,
      (room) => html`<li class="cell"><cc-tile .face=${tileOf(room, seen)}></cc-tile></li>`,
    );
  }

  /** The tab stop is the room that had the focus last, or the first one. */
  private seen(rooms: readonly Room[]): Seen {
    const has = rooms.some((room) => room.id === this.focused);
    const { wall, measured, local, rewinds } = this;
    return { wall, measured, local, rewinds, tabStop: has ? this.focused : rooms[0]?.id };
  }

  private readonly showAll = (): void => {
    this.settings.setView({ filter: kDefaultView.filter, group: kDefaultView.group });
    this.shown.setSearch('');
  };

  private tick(): void {
    const { wall, shown } = this;
    const rooms = this.isTable ? shown.rooms : shown.pageRooms;
    const seen = new Set(rooms.map((room) => room.id));
    if (wall.full !== undefined) seen.add(wall.full);
    wall.inSight(seen);
    this.requestUpdate();
  }

  private layoutKey(): string {
    const { view } = this.settings;
    return [this.count, this.shown.pageSizeOf(this.count), view.mode, view.perPage].join();
  }

  private layOut(): void {
    const list = this.querySelector<HTMLElement>('.grid');
    const width = this.clientWidth;
    if (list !== null) this.layGridInto(this.spaceFor(list));
    this.laidOut = this.layoutKey();
    this.dataset.fit = this.isTable ? 'scroll' : this.grid.fit;
    // A scroll bar that has come takes some of the width: better found now than in the next frame.
    if (list !== null && this.clientWidth < width) this.layGridInto(this.spaceFor(list));
  }

  private layGridInto(space: Space): void {
    const { count } = this;
    const { perPage } = this.settings.view;
    this.shown.setFit(perPage > 0 ? perPage : tilesThatFit(count, space));
    this.grid = layGrid(this.pageOf(count), space);
    // On this element: what waits and what comes in its place stand alike.
    this.style.setProperty('--columns', String(this.grid.columns));
    this.style.setProperty('--row', `${this.grid.rowHeight}px`);
  }

  private spaceFor(list: HTMLElement): Space {
    const style = getComputedStyle(list);
    const pad = parseFloat(style.paddingLeft) * 2;
    return {
      width: this.clientWidth - pad,
      height: this.clientHeight - list.offsetTop - pad,
      gap: parseFloat(style.columnGap),
    };
  }

  private act({ id, act }: TileEvent): void {
    const { wall } = this;
    if (act === 'focus') this.focusChanged(id);
    if (act === 'sound') wall.toggleSound(id);
    if (act === 'stats') this.toggleStats(id);
    if (act === 'close') this.close(id);
    if (act === 'enlarge') wall.showFull(id);
    if (act === 'reduce') this.leaveFull();
    if (act === 'rewind') this.rewinds.toggle(id);
    if (act === 'activate') this.activate(id);
  }

  private activate(id: RoomId): void {
    if (this.wall.player(id) === undefined) this.wall.openRoom(id);
    else if (this.wall.full === id) this.leaveFull();
    else this.wall.showFull(id);
  }

  private openAll(): void {
    const rooms = this.isTable ? this.shown.rooms : this.shown.pageRooms;
    const opened = this.wall.openMany(rooms.map((room) => room.id));
    if (opened < rooms.length) {
      this.dispatchEvent(new SayEvent(strings.toolbar.openedSome(opened, rooms.length)));
    }
  }

  private toggleStats(id: RoomId): void {
    if (!this.measured.delete(id)) this.measured.add(id);
    this.requestUpdate();
  }

  private sortBy(column: Column): void {
    const { view } = this.settings;
    const turn = view.column === column && view.direction === 'ascending';
    this.settings.setView({ column, direction: turn ? 'descending' : 'ascending' });
  }

  /** Whoever was at a room by keyboard stays at it. */
  private switchMode(id: RoomId | undefined): void {
    this.acts.toggleMode();
    if (id === undefined) return;
    this.shown.reveal(id);
    void this.focusRoom(id);
  }

  private turn(by: number, from: RoomId | undefined): void {
    if (this.wall.full !== undefined || this.isTable) return;
    this.shown.turn(by);
    const first = this.shown.pageRooms[0];
    if (from !== undefined && first !== undefined) void this.focusRoom(first.id);
  }

  private focusChanged(id: RoomId): void {
    this.focused = id;
    this.requestUpdate();
  }

  private close(id: RoomId): void {
    this.wall.closeRoom(id);
    void this.focusRoom(id);
  }

  private leaveFull(): void {
    const id = this.wall.full;
    this.wall.leaveFull();
    if (id !== undefined) void this.focusRoom(id);
  }

  private async focusRoom(id: RoomId): Promise<void> {
    await this.updateComplete;
    const target = this.isTable ? `tr[data-row="${id}"] .row-button` : `cc-tile[data-room="${id}"] .stage-button`;
    // A tile that has just come draws itself a moment later.
    await this.tile(id)?.updateComplete;
    this.querySelector<HTMLElement>(target)?.focus();
  }

  private keyPressed(event: KeyboardEvent): void {
    if (isElsewhere(event)) {
      this.keyInSearch(event);
      return;
    }
    const id = roomOf(event.target);
    const step = stepOf(event);
    if (step !== undefined && id !== undefined) this.step(event, id, step);
    const command = commandOf(event, this.device.shortcuts);
    if (command === undefined || !this.wall.rooms.known) return;
    // The space bar presses buttons, unless a tour waits for it.
    if (command === 'tour-pause' && (this.tour.phase === 'off' || !isRoomButton(event.target))) return;
    if (command !== 'escape') swallow(event);
    this.commands[command](id);
  }

  /** From the search down to what was found. */
  private keyInSearch(event: KeyboardEvent): void {
    const first = (this.isTable ? this.shown.rooms : this.shown.pageRooms)[0];
    const inSearch = event.target instanceof Element && event.target.matches('.search');
    if (!inSearch || first === undefined || (event.key !== 'Enter' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    void this.focusRoom(first.id);
  }

  private escape(id: RoomId | undefined): void {
    if (this.wall.full !== undefined) this.leaveFull();
    else if (id !== undefined && this.wall.player(id) !== undefined) this.close(id);
  }

  private step(event: KeyboardEvent, id: RoomId, step: Step): void {
    if (this.wall.full !== undefined) return;
    event.preventDefault();
    const rooms = this.isTable ? this.shown.rooms : this.shown.pageRooms;
    const index = rooms.findIndex((room) => room.id === id);
    const target = rooms[stepFrom(index, step, this.isTable ? 1 : this.grid.columns, rooms.length)];
    if (target !== undefined) void this.focusRoom(target.id);
  }

  private tile(id: RoomId | undefined): Tile | null {
    return id === undefined ? null : this.querySelector<Tile>(`cc-tile[data-room="${id}"]`);
  }

  private touched(): void {
    this.shown.touch();
    this.toggleAttribute('data-awake', true);
    this.cancelAwake();
    this.cancelAwake = this.scope.timeout(kAwakeMs, () => this.toggleAttribute('data-awake', false));
  }
}

async function toggleFullScreen(): Promise<void> {
  try {
    if (document.fullscreenElement === null) await document.documentElement.requestFullscreen();
    else await document.exitFullscreen();
  } catch {
    // Not allowed by the device or its owner; the wall stays as it is.
  }
}

function roomOf(target: EventTarget | null): RoomId | undefined {
  if (!(target instanceof Element)) return undefined;
  const row = target.closest<HTMLElement>('tr[data-row]')?.dataset.row;
  return target.closest('cc-tile')?.face?.id ?? (row as RoomId | undefined);
}

declare global {
  interface HTMLElementTagNameMap {
    'cc-tile': Tile;
  }
}
