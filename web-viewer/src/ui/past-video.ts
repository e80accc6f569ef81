// SPDX-License-Identifier: MIT
import Hls, { type Fragment, type HlsConfig } from 'hls.js/light';
import type { Scope } from '../lib/scope';
import { filmedAt, placeOf, type Piece } from '../rewind/place';
import type { Screen } from '../rewind/rewind';

const kConfig: Partial<HlsConfig> = {
  // The page's rules allow no worker that is made of text.
  enableWorker: false,
  liveSyncDuration: 4,
  liveMaxLatencyDuration: Infinity,
  maxBufferLength: 20,
  maxMaxBufferLength: 30,
  backBufferLength: 30,
  startFragPrefetch: true,
};

/** Plays a playlist of segments in a video element, and finds moments in it. */
export class PastVideo implements Screen {
  private readonly hls = new Hls(kConfig);
  private pieces: readonly Piece[] = [];
  private wantedMs: number | undefined;

  constructor(
    scope: Scope,
    private readonly video: HTMLVideoElement,
    playlist: string,
    onFrame: () => void,
    onFailed: () => void,
  ) {
    this.hls.on(Hls.Events.LEVEL_UPDATED, (_event, { details }) => this.learn(details.fragments));
    this.hls.on(Hls.Events.ERROR, (_event, { fatal, type }) => {
      if (!fatal) return;
      if (type === Hls.ErrorTypes.MEDIA_ERROR) this.hls.recoverMediaError();
      else onFailed();
    });
    this.hls.loadSource(playlist);
    this.hls.attachMedia(video);
    scope.add(() => this.hls.destroy());
    this.followFrames(scope, onFrame);
  }

  static get possible(): boolean {
    return Hls.isSupported();
  }

  get shownMs(): number | undefined {
    return this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA
      ? undefined
      : filmedAt(this.pieces, this.video.currentTime);
  }

  seek(atMs: number): void {
    this.wantedMs = atMs;
    const place = placeOf(this.pieces, atMs);
    if (place === undefined) return;
    this.wantedMs = undefined;
    this.video.currentTime = place;
  }

  setRate(rate: number): void {
    this.video.defaultPlaybackRate = rate;
    this.video.playbackRate = rate;
  }

  setPaused(paused: boolean): void {
    if (paused) this.video.pause();
    else this.video.play().catch(() => undefined);
  }

  private learn(fragments: readonly Fragment[]): void {
    this.pieces = fragments.flatMap(({ start, duration, programDateTime }) =>
      programDateTime === null ? [] : [{ startS: start, durationS: duration, filmedMs: programDateTime }],
    );
    if (this.wantedMs !== undefined) this.seek(this.wantedMs);
  }

  private followFrames(scope: Scope, onFrame: () => void): void {
    const next = (): void => {
      const handle = this.video.requestVideoFrameCallback(() => {
        forget();
        onFrame();
        if (!scope.closed) next();
      });
      const forget = scope.add(() => this.video.cancelVideoFrameCallback(handle));
    };
    next();
  }
}
