// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import type { RoomId, RoomState } from '../lib/protocol';
import { strings } from '../lib/strings';
import type { Player, PlayerPhase } from '../live/player';
import { kLayers, type Layer } from '../live/session';
import { icon, stateIcon, type IconName } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { meter } from '../ui/meter';
import { select } from '../ui/select';
import '../ui/video-view';
import './stats-panel';
import './tile.css';
import { SayEvent } from '../ui/say-event';
import { RecordEvent } from '../recording/record-event';
import type { Rewind } from '../rewind/rewind';
import { LayerEvent, TileEvent, VolumeEvent, type TileAct } from './tile-event';
import { saveFile, snapshotName } from './snapshot';
import { meterShare } from './tile-view';

/** Everything a tile shows; plain values, so that an unchanged tile is not drawn again. */
export interface TileFace {
  readonly id: RoomId;
  readonly name: string;
  readonly state: RoomState;
  readonly word: string;
  readonly sentence: string;
  readonly since: string;
  readonly viewers: number;
  /** Chat messages of others that this person has not read. */
  readonly unread: number;
  readonly levelDbfs: number | undefined;
  readonly player: Player | undefined;
  readonly phase: PlayerPhase | undefined;
  /** What keeps an open tile's picture away. */
  readonly problem: string;
  readonly sound: 'on' | 'off';
  /** 0…1 */
  readonly volume: number;
  /** What the user chose. */
  readonly layer: Layer;
  /** Of a closed tile; empty when there is none. */
  readonly still: string;
  readonly stillAge: string;
  readonly stats: 'shown' | 'hidden';
  readonly size: 'tile' | 'full' | 'covered';
  /** The one tile that Tab reaches; arrows move on from there. */
  readonly tabStop: boolean;
  /** Of the server's recording in this room. */
  readonly run: 'none' | 'recording' | 'waiting' | 'failed';
  readonly runText: string;
  readonly canRecord: boolean;
  /** How long and how large a recording on this device is; empty when there is none. */
  readonly localText: string;
  readonly canRewind: boolean;
  /** The past that is shown in place of the present. */
  readonly past: Rewind | undefined;
}

@customElement('cc-tile')
export class Tile extends LightElement {
  @property({ attribute: false, hasChanged: differs }) face: TileFace | undefined;

  override render(): TemplateResult | typeof nothing {
    const { face } = this;
    if (face === undefined) return nothing;
    this.reflect(face);
    return html`<div class="tile-head">
        <a
          class="tile-name"
          href=${`/rooms/${face.id}`}
          title=${strings.tile.open(face.name)}
          tabindex=${face.tabStop ? 0 : -1}
          >${face.name}</a
        >
        ${unread(face.unread)}
        ${face.player === undefined ? nothing : html`<span class="tile-since">${face.since}</span>${badge(face)}`}
        ${runMark(face)}
      </div>
      <div class="stage">
        ${face.player === undefined ? rest(face) : this.picture(face, face.player)}
        <button
          class="stage-button"
          tabindex=${face.tabStop ? 0 : -1}
          aria-label=${stageLabel(face)}
          title=${face.sentence}
          @click=${this.stageClicked}
          @dblclick=${() => this.ask(face.size === 'full' ? 'reduce' : 'enlarge')}
          @focus=${() => this.ask('focus')}
        ></button>
      </div>
      <div class="tile-foot">
        ${meter(face.name, face.levelDbfs, face.levelDbfs === undefined ? 0 : meterShare(face.levelDbfs))}
        ${viewers(face.viewers)} ${face.player === undefined ? nothing : this.buttons(face)}
      </div>`;
  }

  private reflect(face: TileFace): void {
    this.dataset.room = face.id;
    this.dataset.state = face.state;
    this.toggleAttribute('data-open', face.player !== undefined);
    this.toggleAttribute('data-sound', face.sound === 'on');
    if (face.phase === undefined) delete this.dataset.session;
    else this.dataset.session = face.phase;
    this.dataset.size = face.size;
    this.inert = face.size === 'covered';
    if (face.run === 'none') delete this.dataset.run;
    else this.dataset.run = face.run;
    if (face.past === undefined) delete this.dataset.past;
    else this.dataset.past = face.past.mode;
    this.role = 'group';
    this.ariaLabel = `${face.name}: ${face.word}`;
  }

  private picture(face: TileFace, player: Player): TemplateResult {
    const covered = face.size === 'covered';
    const label = strings.tile.picture(face.name);
    // A view belongs to one player.
    const video = keyed(
      player,
      html`<cc-video
        .player=${player}
        .sound=${face.sound === 'on' && face.past === undefined}
        .covered=${covered || face.past !== undefined}
        .label=${label}
        .volume=${face.volume}
      ></cc-video>`,
    );
    return html`${video} ${face.past === undefined ? nothing : this.past(face, face.past)}
    ${face.stats === 'shown' ? html`<cc-stats .player=${player}></cc-stats>` : nothing}
    ${face.past === undefined ? this.note(face) : nothing}`;
  }

  /** Over the present picture, which goes on below it. */
  private past(face: TileFace, past: Rewind): TemplateResult {
    return html`<cc-past
      .rewind=${past}
      .name=${face.name}
      .sound=${face.sound === 'on'}
      .volume=${face.volume}
      .hidden=${face.size === 'covered'}
    ></cc-past>`;
  }

  /** Over the picture: what is wrong with it, or that it is on its way. */
  private note(face: TileFace): TemplateResult | typeof nothing {
    const troubled = face.state !== 'live' && face.state !== 'standby';
    const told = troubled && face.sentence !== face.problem ? face.sentence : '';
    if (told === '' && face.problem === '') return nothing;
    return html`<div class="stage-note" data-busy=${String(face.phase === 'connecting')}>
      ${told === '' ? nothing : html`<p>${told}</p>`} ${face.problem === '' ? nothing : html`<p>${face.problem}</p>`}
    </div>`;
  }

  private buttons(face: TileFace): TemplateResult {
    const { tile } = strings;
    const sound = face.sound === 'on' ? tile.soundOff(face.name) : tile.soundOn(face.name);
    const size = face.size === 'full' ? tile.reduce(face.name) : tile.enlarge(face.name);
    return html`<span class="tile-buttons">
      ${this.extras(face)} ${this.recordButtons(face)}
      ${this.button('sound', sound, face.sound === 'on' ? 'soundOn' : 'soundOff', face.sound === 'on')}
      ${face.size === 'full' ? this.button('reduce', size, 'reduce') : this.button('enlarge', size, 'enlarge')}
      ${this.button('close', tile.close(face.name), 'close')}
    </span>`;
  }

  private recordButtons(face: TileFace): TemplateResult {
    const { recording, rewind } = strings;
    const past = face.past !== undefined;
    const rewindLabel = past ? rewind.close(face.name) : rewind.open(face.name);
    return html`${face.canRewind ? this.button('rewind', rewindLabel, 'rewind', past) : nothing}
    ${
      face.canRecord
        ? this.extra('record', recording.open(face.name), 'record', () => this.record(), face.run !== 'none')
        : nothing
    }`;
  }

  private record(): void {
    if (this.face !== undefined) this.dispatchEvent(new RecordEvent(this.face.id, 'ask'));
  }

  /** For tiles with space for them; the keyboard has them everywhere. */
  private extras(face: TileFace): TemplateResult {
    const { tile } = strings;
    const stats = face.stats === 'shown' ? tile.hideStats(face.name) : tile.stats(face.name);
    return html`<span class="tile-extras">
      ${face.sound === 'on' ? this.volume(face) : nothing} ${this.layers(face)}
      ${this.button('stats', stats, 'stats', face.stats === 'shown')}
      ${this.extra('snapshot', tile.snapshot(face.name), 'snapshot', () => void this.saveSnapshot())}
      ${
        document.pictureInPictureEnabled
          ? this.extra('floating', tile.pictureInPicture(face.name), 'floating', () => void this.float())
          : nothing
      }
    </span>`;
  }

  private layers(face: TileFace): TemplateResult {
    const choices = kLayers.map((value) => ({ value, label: strings.tile.layers[value] }));
    return select('layer', strings.tile.layer(face.name), choices, face.layer, (layer) => {
      this.dispatchEvent(new LayerEvent(face.id, layer));
    });
  }

  private volume(face: TileFace): TemplateResult {
    const percent = Math.round(face.volume * 100);
    const changed = (event: Event): void => {
      if (!(event.target instanceof HTMLInputElement)) return;
      this.dispatchEvent(new VolumeEvent(face.id, event.target.valueAsNumber / 100));
    };
    return html`<input
      type="range"
      name="volume"
      class="volume"
      min="0"
      max="100"
      step="5"
      aria-label=${strings.tile.volume(face.name)}
      aria-valuetext=${strings.tile.volumeValue(percent)}
      .value=${String(percent)}
      @input=${changed}
    />`;
  }

  /** The present picture as a file. */
  async saveSnapshot(): Promise<void> {
    const picture = await this.querySelector('cc-video')?.snapshot();
    if (this.face === undefined) return;
    const file = snapshotName(this.face.id, new Date());
    if (picture !== undefined) saveFile(picture, file);
    const { announce } = strings;
    this.dispatchEvent(new SayEvent(picture === undefined ? announce.snapshotFailed : announce.snapshot(file)));
  }

  async float(): Promise<void> {
    await this.querySelector('cc-video')?.togglePictureInPicture();
  }

  private extra(act: string, label: string, image: IconName, click: () => void, pressed = false): TemplateResult {
    return html`<button
      class="icon-button"
      data-act=${act}
      data-pressed=${String(pressed)}
      aria-label=${label}
      title=${label}
      @click=${click}
    >
      ${icon(image)}
    </button>`;
  }

  private button(act: TileAct, label: string, image: IconName, pressed = false): TemplateResult {
    return html`<button
      class="icon-button"
      data-act=${act}
      data-pressed=${String(pressed)}
      aria-label=${label}
      title=${label}
      @click=${() => this.ask(act)}
    >
      ${icon(image)}
    </button>`;
  }

  /** A click on an open picture does nothing (a double click enlarges); Enter, which has no click count, does. */
  private stageClicked(event: MouseEvent): void {
    if (this.face?.player === undefined || event.detail === 0) this.ask('activate');
  }

  private ask(act: TileAct): void {
    if (this.face !== undefined) this.dispatchEvent(new TileEvent(this.face.id, act));
  }
}

/** A closed tile: the state, large, and why. No video is loaded to know it. */
function rest(face: TileFace): TemplateResult {
  const still = face.still !== '';
  return html`${still ? stillPicture(face) : nothing}
    <div class="stage-rest" ?data-still=${still}>
      ${badge(face)}
      <p class="stage-sentence">${face.sentence}</p>
      <p class="stage-since">
        <span class="stage-for">${face.since}</span>
        ${still ? html`<span class="stage-age">${face.stillAge}</span>` : nothing}
      </p>
      <span class="stage-hint">${icon('play')}<span>${strings.tile.watchShort}</span></span>
    </div>`;
}

/** A still that cannot be had leaves the words alone on the tile. */
function stillPicture(face: TileFace): TemplateResult {
  const show = (event: Event): void => {
    if (event.target instanceof HTMLImageElement) event.target.toggleAttribute('data-broken', event.type === 'error');
  };
  return html`<img class="stage-still" src=${face.still} alt="" decoding="async" @error=${show} @load=${show} />`;
}

function badge(face: TileFace): TemplateResult {
  return html`<span class="badge" data-state=${face.state}>${stateIcon(face.state)}<span>${face.word}</span></span>`;
}

function unread(count: number): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  const text = strings.tile.unread(count);
  return html`<span class="tile-unread" data-unread=${count} title=${text}>
    ${icon('chat')}<span aria-hidden="true">${count}</span><span class="visually-hidden">${text}</span>
  </span>`;
}

/** Everybody who sees the room sees that it is recorded. */
export function runMark({ run, runText, localText }: Pick<TileFace, 'run' | 'runText' | 'localText'>): TemplateResult {
  const { marks, localMark } = strings.recording;
  const mark = (kind: string, word: string, text: string): TemplateResult =>
    html`<span class="tile-run" data-run=${kind} title=${text}>
      ${icon('record')}<span class="tile-run-word" aria-hidden="true">${word}</span
      ><span class="visually-hidden">${text}</span>
    </span>`;
  return html`${run === 'none' ? nothing : mark(run, marks[run], runText)}
  ${localText === '' ? nothing : mark('local', localMark, localText)}`;
}

function viewers(count: number): TemplateResult {
  const text = strings.tile.viewers(count);
  return html`<span class="tile-viewers" data-count=${count} title=${text}>
    ${icon('viewers')}<span aria-hidden="true">${count}</span><span class="visually-hidden">${text}</span>
  </span>`;
}

function stageLabel(face: TileFace): string {
  const { tile } = strings;
  const act = face.player === undefined ? tile.watch : face.size === 'full' ? tile.reduce : tile.enlarge;
  return `${act(face.name)}. ${face.word}. ${face.sentence}`;
}

function differs(next: TileFace | undefined, before: TileFace | undefined): boolean {
  if (next === undefined || before === undefined) return next !== before;
  return (Object.keys(next) as (keyof TileFace)[]).some((key) => next[key] !== before[key]);
}
