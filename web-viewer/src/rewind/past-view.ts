// SPDX-License-Identifier: MIT
import { html, nothing, svg, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { strings } from '../lib/strings';
import { icon, type IconName } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { PastVideo } from '../ui/past-video';
import { select } from '../ui/select';
import { TileEvent } from '../wall/tile-event';
import './past.css';
import { kSpeeds, marksOf, type Rewind } from './rewind';
import { words } from './words';

const kTickMs = 250;

/** A room's past over its present: the picture, the timeline below it, and the way back. */
@customElement('cc-past')
export class PastView extends LightElement {
  @property({ attribute: false }) rewind!: Rewind;
  @property() name = '';
  @property({ type: Boolean }) sound = false;
  @property({ type: Number }) volume = 1;

  @state() private possible = PastVideo.possible;
  private playlist = '';
  /** While somebody drags the timeline, the picture does not move the handle. */
  private dragging = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.scope.interval(kTickMs, () => this.requestUpdate());
    this.scope.add(() => {
      this.rewind.setScreen(undefined);
      this.playlist = '';
    });
  }

  override render(): TemplateResult {
    const { rewind } = this;
    return html`<video playsinline .muted=${!this.sound} aria-label=${words().picture(this.name)}></video>
      <div class="past-bar" data-mode=${rewind.mode} data-at=${Math.round(rewind.atMs)}>
        ${this.where()} ${rewind.mode === 'delayed' ? nothing : html`${this.line()}${this.buttons()}`}
      </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const video = this.querySelector('video');
    const { playlist } = this.rewind;
    if (video === null) return;
    if (changed.has('volume')) video.volume = this.volume;
    if (playlist === undefined || this.playlist === playlist || !this.possible) return;
    this.playlist = playlist;
    const { rewind, scope } = this;
    const screen = new PastVideo(
      scope,
      video,
      playlist,
      () => rewind.framePresented(),
      () => rewind.failed(),
    );
    rewind.setScreen(screen);
  }

  /** In words, since the picture itself looks like any other: this is not the present. */
  private where(): TemplateResult {
    const { rewind: told } = strings;
    const { rewind } = this;
    const delayed = rewind.mode === 'delayed';
    return html`<p class="past-where">
      <strong class="past-mark">${icon('rewind')}${delayed ? told.delayedMark : told.mark}</strong>
      <span class="past-told">${this.problem() || (delayed ? told.delayed : this.momentText())}</span>
      <button class="past-live" data-act="to-live" @click=${() => this.toLive()}>
        ${delayed ? told.tryLive : told.toLive}
      </button>
    </p>`;
  }

  private momentText(): string {
    const { rewind } = this;
    return `${words().clock(rewind.atMs)} · ${strings.rewind.behind(rewind.behindMs)}`;
  }

  private problem(): string {
    const t = words();
    if (!this.possible) return t.impossible;
    return this.rewind.problem === 'none' ? '' : t.problems[this.rewind.problem];
  }

  private line(): TemplateResult {
    const { rewind } = this;
    const { fromMs, toMs } = rewind.span;
    const t = words();
    const marks = marksOf(rewind.timeline, { fromMs, toMs });
    return html`<div class="past-line">
      <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
        ${marks.map(({ kind, from, to }) => {
          return svg`<rect data-mark=${kind} x=${from * 1000} width=${Math.max(2, (to - from) * 1000)} height="10" />`;
        })}
      </svg>
      <input
        type="range"
        name="moment"
        min=${Math.round(fromMs / 1_000)}
        max=${Math.round(toMs / 1_000)}
        step="1"
        aria-label=${t.timeline(this.name)}
        aria-valuetext=${this.momentText()}
        title=${t.marks(marks.filter(({ kind }) => kind === 'gap').length, rewind.timeline?.recordings.length ?? 0)}
        .value=${this.dragging ? nothing : String(Math.round(rewind.atMs / 1_000))}
        @pointerdown=${() => (this.dragging = true)}
        @pointerup=${() => (this.dragging = false)}
        @change=${this.moved}
      />
    </div>`;
  }

  private readonly moved = (event: Event): void => {
    this.dragging = false;
    if (event.target instanceof HTMLInputElement) this.rewind.seek(event.target.valueAsNumber * 1_000);
  };

  private buttons(): TemplateResult {
    const t = words();
    const { rewind } = this;
    const speeds = kSpeeds.map((value) => ({ value, label: `${strings.stats.number(value)}×` }));
    return html`<div class="past-buttons">
      ${button('step-back', t.back, 'back', () => rewind.step(-1))}
      ${button('pause', rewind.paused ? t.play : t.pause, rewind.paused ? 'play' : 'pause', () => rewind.togglePause())}
      ${button('step-forward', t.forward, 'forward', () => rewind.step(1))}
      ${select('speed', t.speed, speeds, rewind.speed, (speed) => rewind.setSpeed(speed))}
    </div>`;
  }

  private toLive(): void {
    this.dispatchEvent(new TileEvent(this.rewind.room, 'rewind'));
  }
}

function button(act: string, label: string, image: IconName, click: () => void): TemplateResult {
  return html`<button class="icon-button" data-act=${act} aria-label=${label} title=${label} @click=${click}>
    ${icon(image)}
  </button>`;
}
