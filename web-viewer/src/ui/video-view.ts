// SPDX-License-Identifier: MIT
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Player } from '../live/player';
import { LightElement } from './light-element';

/** The one file that touches <video>: shows a player's tracks and tells the player about every frame shown. */
@customElement('cc-video')
export class VideoView extends LightElement {
  @property({ attribute: false }) player: Player | undefined;
  @property({ type: Boolean }) sound = false;
  /** Another picture lies over this one. */
  @property({ type: Boolean }) covered = false;
  @property() label = '';

  private shown: readonly MediaStreamTrack[] = [];
  private onScreen = true;

  private get video(): HTMLVideoElement | null {
    return this.querySelector('video');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.scope.listen(document, 'visibilitychange', () => this.tellVisibility());
    const observer = new IntersectionObserver((entries) => {
      this.onScreen = entries.at(-1)?.isIntersecting ?? true;
      this.tellVisibility();
    });
    observer.observe(this);
    this.scope.add(() => observer.disconnect());
    this.scope.add(() => this.release());
    if (this.hasUpdated) this.attach();
  }

  override render(): TemplateResult {
    return html`<video autoplay playsinline disablepictureinpicture .muted=${true} aria-label=${this.label}></video>`;
  }

  protected override firstUpdated(): void {
    this.attach();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('covered')) this.tellVisibility();
    if (changed.has('sound')) this.applySound();
  }

  private attach(): void {
    this.player?.changed.subscribe(this.scope, () => this.showTracks());
    this.showTracks();
    this.tellVisibility();
    this.followFrames();
  }

  private showTracks(): void {
    const { video, player } = this;
    if (video === null || player === undefined || player.tracks === this.shown) return;
    this.shown = player.tracks;
    video.srcObject = new MediaStream([...player.tracks]);
    this.applySound();
  }

  /** A browser that refuses to start with sound starts without: the picture matters more. */
  private applySound(): void {
    const { video } = this;
    if (video === null) return;
    video.muted = !this.sound;
    video.play().catch(() => {
      video.muted = true;
      video.play().catch(() => undefined);
    });
  }

  private followFrames(): void {
    const { video, player, scope } = this;
    if (video === null || player === undefined) return;
    const next = (): void => {
      const handle = video.requestVideoFrameCallback(() => {
        forget();
        player.framePresented();
        if (!scope.closed) next();
      });
      const forget = scope.add(() => video.cancelVideoFrameCallback(handle));
    };
    next();
  }

  private tellVisibility(): void {
    const seen = this.onScreen && !this.covered && document.visibilityState === 'visible';
    this.player?.setVisibility(seen ? 'seen' : 'hidden');
  }

  private release(): void {
    this.shown = [];
    if (this.video !== null) this.video.srcObject = null;
  }
}
