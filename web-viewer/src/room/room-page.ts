// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Workspace } from '../app/app-model';
import { message, toWall } from '../app/messages';
import type { Api } from '../lib/api';
import { readJson } from '../lib/http';
import { parseRoom, type Room, type RoomId } from '../lib/protocol';
import { may } from '../lib/rooms';
import { strings } from '../lib/strings';
import { RecordEvent } from '../recording/record-event';
import { icon, type IconName } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { roomSkeleton } from '../ui/skeleton';
import { tileOf } from '../wall/faces';
import '../wall/tile';
import type { Tile } from '../wall/tile';
import { LayerEvent, TileEvent, VolumeEvent, type TileAct } from '../wall/tile-event';
import { commandOf, isElsewhere, type WallCommand } from '../wall/wall-keys';
import { ChatModel } from './chat-model';
import './chat-view';
import './diary-panel';
import './people-panel';
import './recordings-panel';
import './room.css';
import { words } from './words';

type Panel = 'chat' | 'people' | 'diary' | 'recordings';
const kTickMs = 250;

/** One room with everything about it: picture, chat, people, diary, recordings. */
@customElement('cc-room')
export class RoomPage extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) workspace!: Workspace;
  @property({ attribute: false }) room!: RoomId;

  @state() private panel: Panel = 'chat';
  @state() private panels: 'shown' | 'hidden' = 'shown';
  /** A room that is not on the wall: archived, or not there at all. */
  @state() private elsewhere: Room | 'unknown' | 'missing' = 'unknown';
  @state() private stats = false;

  private chat: ChatModel | undefined;
  /** It was not open before, so it closes with the page. */
  private openedHere = false;

  private readonly commands: Readonly<Partial<Record<WallCommand, () => void>>> = {
    escape: () => this.act('reduce'),
    sound: () => this.act('sound'),
    stats: () => this.act('stats'),
    record: () => this.dispatchEvent(new RecordEvent(this.room, 'start')),
    rewind: () => this.act('rewind'),
    'step-back': () => this.workspace.rewinds.step(this.room, -1),
    'step-forward': () => this.workspace.rewinds.step(this.room, 1),
    snapshot: () => void this.tile?.saveSnapshot(),
    float: () => void this.tile?.float(),
    'full-screen': () => this.act(this.workspace.wall.full === undefined ? 'enlarge' : 'reduce'),
  };

  private get known(): Room | undefined {
    return this.workspace.rooms.get(this.room);
  }

  private get tile(): Tile | null {
    return this.querySelector<Tile>('cc-tile');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { wall, rooms, local, rewinds } = this.workspace;
    for (const model of [wall, local, rewinds]) model.changed.subscribe(this.scope, () => this.requestUpdate());
    rooms.changed.subscribe(this.scope, () => this.roomsChanged());
    this.scope.interval(kTickMs, () => this.tick());
    // Ticks are rare in a tab that nobody sees: whoever comes back reads no word from before.
    this.scope.listen(document, 'visibilitychange', () => this.tick());
    this.scope.listen(this, TileEvent.kType, (event: TileEvent) => this.act(event.act));
    this.scope.listen(this, VolumeEvent.kType, (event: VolumeEvent) => wall.setVolume(event.id, event.volume));
    this.scope.listen(this, LayerEvent.kType, (event: LayerEvent) => wall.setLayer(event.id, event.layer));
    this.scope.listen(document, 'keydown', (event: KeyboardEvent) => this.keyPressed(event));
    this.scope.add(() => this.leave());
    wall.setFocus(this.room);
    this.roomsChanged();
  }

  override render(): TemplateResult | typeof nothing {
    const room = this.known ?? this.elsewhere;
    if (room === 'unknown') return roomSkeleton(strings.screens.loading);
    if (room === 'missing') return message(words().goneTitle, words().gone, toWall());
    return html`<div class="room" data-panels=${this.panels} data-archived=${String(room.archived)}>
      <h1 class="visually-hidden">${room.name}</h1>
      ${room.archived ? html`<p class="room-archived">${words().archived}</p>` : this.stage(room)}
      ${this.panels === 'shown' ? this.side(room) : nothing}
    </div>`;
  }

  private stage(room: Room): TemplateResult {
    const { wall, local, rewinds } = this.workspace;
    const measured = new Set<RoomId>(this.stats ? [room.id] : []);
    const shown = this.panels === 'shown';
    const label = shown ? words().panelHide : words().panelShow;
    return html`<section class="room-stage" aria-label=${room.name}>
      <cc-tile .face=${tileOf(room, { wall, measured, local, rewinds, tabStop: room.id })}></cc-tile>
      <button
        class="icon-button room-panels"
        data-act="panels"
        aria-expanded=${String(shown)}
        aria-label=${label}
        title=${label}
        @click=${() => (this.panels = shown ? 'hidden' : 'shown')}
      >
        ${icon('panel')}
      </button>
    </section>`;
  }

  private side(room: Room): TemplateResult {
    const covered = this.workspace.wall.full !== undefined;
    return html`<section class="room-side" aria-label=${words().panels} ?inert=${covered}>
      <div class="tabs" role="tablist" aria-label=${words().panels} @keydown=${this.tabKey}>
        ${this.tabs(room).map((panel) => this.tab(panel))}
      </div>
      <div id="room-panel" class="room-panel" role="tabpanel" aria-labelledby=${`tab-${this.panel}`}>
        ${this.content(room)}
      </div>
    </section>`;
  }

  private tabs(room: Room): readonly Panel[] {
    const all: readonly (readonly [Panel, boolean])[] = [
      ['chat', true],
      ['people', true],
      ['recordings', may(room, 'watch')],
      ['diary', may(room, 'diary')],
    ];
    return all.filter(([, allowed]) => allowed).map(([panel]) => panel);
  }

  private tab(panel: Panel): TemplateResult {
    const images: Readonly<Record<Panel, IconName>> = {
      chat: 'chat',
      people: 'viewers',
      diary: 'diary',
      recordings: 'library',
    };
    const chosen = this.panel === panel;
    const count = panel === 'people' ? (this.chat?.presence.count ?? 0) : 0;
    return html`<button
      id=${`tab-${panel}`}
      class="tab"
      role="tab"
      aria-selected=${String(chosen)}
      aria-controls="room-panel"
      tabindex=${chosen ? 0 : -1}
      data-tab=${panel}
      @click=${() => (this.panel = panel)}
    >
      ${icon(images[panel])}${words()[panel]}${count > 0 ? html` <span class="tab-count">${count}</span>` : nothing}
    </button>`;
  }

  private content(room: Room): TemplateResult | typeof nothing {
    const { chat } = this;
    if (this.panel === 'diary') return html`<cc-diary .api=${this.api} .room=${room.id}></cc-diary>`;
    if (this.panel === 'recordings') {
      return html`<cc-room-recordings
        .api=${this.api}
        .workspace=${this.workspace}
        .room=${room.id}
      ></cc-room-recordings>`;
    }
    if (this.panel === 'people') {
      return html`<cc-people .api=${this.api} .room=${room} .presence=${chat?.presence}></cc-people>`;
    }
    if (chat === undefined) return nothing;
    return html`<cc-chat
      .chat=${chat}
      .mayWrite=${may(room, 'write') && !room.archived}
      .mayModerate=${may(room, 'moderate')}
    ></cc-chat>`;
  }

  private tabKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const buttons = [...this.querySelectorAll<HTMLElement>('[role="tab"]')];
    const next = buttons[(buttons.indexOf(event.target as HTMLElement) + step + buttons.length) % buttons.length];
    if (step === 0 || next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
    next.click();
  }

  private roomsChanged(): void {
    const { rooms } = this.workspace;
    if (this.known !== undefined) this.begin(this.known);
    else if (rooms.known && this.elsewhere === 'unknown') void this.look();
    this.requestUpdate();
  }

  /** Archived rooms are not on the wall; of others the server says that they are not there. */
  private async look(): Promise<void> {
    const outcome = await this.api.call(
      'GET',
      `/rooms/${this.room}`,
      readJson(parseRoom),
      undefined,
      this.scope.signal,
    );
    if (outcome.kind === 'aborted') return;
    this.elsewhere = outcome.kind === 'success' ? outcome.value : 'missing';
    if (outcome.kind === 'success') this.begin(outcome.value);
  }

  private begin(room: Room): void {
    const { wall, session, events } = this.workspace;
    if (this.chat !== undefined) return;
    this.chat = new ChatModel(this.scope, events, room.id, session.user);
    this.chat.changed.subscribe(this.scope, () => this.requestUpdate());
    if (room.archived || !may(room, 'watch')) return;
    this.openedHere = wall.player(room.id) === undefined && !wall.opened.includes(room.id);
    wall.openRoom(room.id);
  }

  private tick(): void {
    this.workspace.wall.inSight(new Set([this.room]));
    this.requestUpdate();
  }

  private act(act: TileAct): void {
    const { wall } = this.workspace;
    const id = this.room;
    if (act === 'activate') wall.openRoom(id);
    if (act === 'sound') wall.toggleSound(id);
    if (act === 'stats') this.stats = !this.stats;
    if (act === 'close') wall.closeRoom(id);
    if (act === 'rewind') this.workspace.rewinds.toggle(id);
    if (act === 'enlarge') wall.showFull(id);
    if (act === 'reduce') wall.leaveFull();
  }

  private keyPressed(event: KeyboardEvent): void {
    if (isElsewhere(event)) return;
    const command = commandOf(event, this.workspace.device.shortcuts);
    const run = command === undefined ? undefined : this.commands[command];
    if (run === undefined) return;
    event.preventDefault();
    run();
  }

  private leave(): void {
    const { wall } = this.workspace;
    this.chat = undefined;
    wall.setFocus(undefined);
    if (wall.full === this.room) wall.leaveFull();
    if (this.openedHere && !wall.isNeeded(this.room)) wall.closeRoom(this.room);
    this.openedHere = false;
  }
}
