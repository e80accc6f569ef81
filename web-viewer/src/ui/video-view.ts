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
  /** 0…1 */
  @property({ type: Number }) volume = 1;

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
    return html`<video autoplay playsinline .muted=${true} aria-label=${this.label}></video>`;
  }

  protected override firstUpdated(): void {
    this.attach();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('covered')) this.tellVisibility();
    if (changed.has('sound') || changed.has('volume')) this.applySound();
  }

  /** Into a small window above all others, and back. Must follow a click or a key. */
  async togglePictureInPicture(): Promise<void> {
    const { video } = this;
    if (video === null || !document.pictureInPictureEnabled) return;
    try {
      if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
      else await video.requestPictureInPicture();
    } catch {
      // The browser refuses while there is no picture yet.
    }
  }

  /** The present picture as PNG, in its own size; undefined before the first picture. */
  async snapshot(): Promise<Blob | undefined> {
    const { video } = this;
    const canvas = document.createElement('canvas');
    const brush = canvas.getContext('2d');
    if (video === null || brush === null || video.videoWidth === 0) return undefined;
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    brush.drawImage(video, 0, 0);
    return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/png'));
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
    video.volume = this.volume;
    video.play().catch(() => {
      video.muted = true;
      video.play().catch(() => undefined);
    });
  }

  private followFrames(): void {
    const { video, player, scope } = this;
    if (video === null || player === undefined) return;
    const next = (): void => {
      const handle = video.requestVideoFrameCallback((_now, frame) => {
        forget();
        player.framePresented(frame.rtpTimestamp ?? frame.mediaTime);
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
    // The player may live on out of sight.
    this.player?.setVisibility('hidden');
    const { video } = this;
    if (video === null) return;
    if (document.pictureInPictureElement === video) void document.exitPictureInPicture().catch(() => undefined);
    video.srcObject = null;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cc-video': VideoView;
  }
}
