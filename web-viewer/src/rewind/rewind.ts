// SPDX-License-Identifier: MIT
import type { Api } from '../lib/api';
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import { readJson } from '../lib/http';
import type { RoomId } from '../lib/protocol';
import { parseTimeline, type Timeline } from '../lib/protocol/recordings';
import type { Scope } from '../lib/scope';

export const kStepMs = 10_000;
export const kSpeeds: readonly number[] = [0.5, 1, 1.5, 2, 4];
/** So near to the end of the window nothing is buffered yet. */
export const kEdgeMs = 6_000;
const kRefreshMs = 5_000;
/** The slower way is that far behind at most. */
const kDelayedMs = 20_000;

/** `rewind`: somebody wants the past; `delayed`: the present, by the slower way, because the fast one is blocked. */
export type PastMode = 'rewind' | 'delayed';

/** What shows the past: a video on the page. */
export interface Screen {
  /** The wall clock of the picture that is shown; undefined before the first. */
  readonly shownMs: number | undefined;
  seek(atMs: number): void;
  setRate(rate: number): void;
  setPaused(paused: boolean): void;
}

/** One room's past: where one is in it, and how it moves. Times are on the server's clock. */
export class Rewind {
  readonly changed = new Emitter();
  timeline: Timeline | undefined;
  /** `gone`: the room keeps no past (any more); `failed`: it cannot be fetched now. */
  problem: 'none' | 'gone' | 'failed' = 'none';
  speed = 1;
  paused = false;
  /** When a picture was shown last, on this page's clock. */
  lastFrameMs: number | undefined;

  private screen: Screen | undefined;
  private wantedMs: number;
  private seekingUntilMs = 0;

  constructor(
    private readonly scope: Scope,
    private readonly api: Api,
    readonly room: RoomId,
    readonly mode: PastMode,
    private readonly serverNow: () => number,
  ) {
    this.wantedMs = serverNow() - (mode === 'rewind' ? kStepMs : kEdgeMs);
    void this.refresh();
    scope.interval(kRefreshMs, () => void this.refresh());
  }

  /** The whole window, or only its last minute for whoever wants the present. */
  get playlist(): string | undefined {
    const { timeline } = this;
    return this.mode === 'delayed' ? timeline?.playlist.replace(/index\.m3u8$/, 'live.m3u8') : timeline?.playlist;
  }

  /** What is shown now, or is about to be. */
  get atMs(): number {
    const shown = this.screen?.shownMs;
    return shown === undefined || now() < this.seekingUntilMs ? this.wantedMs : shown;
  }

  get behindMs(): number {
    return Math.max(0, this.serverNow() - this.atMs);
  }

  /** The window as it is now: its end moves on between two answers of the server. */
  get span(): { readonly fromMs: number; readonly toMs: number } {
    const toMs = this.serverNow();
    return { fromMs: Math.min(this.timeline?.fromMs ?? toMs, toMs - 1), toMs };
  }

  /** The screen is ready for wishes, or went away. */
  setScreen(screen: Screen | undefined): void {
    this.screen = screen;
    if (screen === undefined) return;
    screen.setRate(this.speed);
    screen.setPaused(this.paused);
    this.seek(this.wantedMs);
  }

  seek(atMs: number): void {
    this.wantedMs = this.nearest(atMs);
    this.seekingUntilMs = now() + 2_000;
    this.screen?.seek(this.wantedMs);
    this.changed.emit();
  }

  step(steps: number): void {
    this.seek(this.atMs + steps * kStepMs);
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.screen?.setRate(speed);
    this.changed.emit();
  }

  togglePause(): void {
    this.paused = !this.paused;
    this.screen?.setPaused(this.paused);
    this.changed.emit();
  }

  framePresented(): void {
    if (this.mode === 'delayed' && !this.isPresent()) return;
    const first = this.lastFrameMs === undefined;
    this.lastFrameMs = now();
    if (this.screen?.shownMs !== undefined && Math.abs(this.screen.shownMs - this.wantedMs) < kStepMs) {
      this.seekingUntilMs = 0;
    }
    if (first || this.problem !== 'none') this.changed.emit();
  }

  failed(): void {
    this.problem = 'failed';
    this.changed.emit();
  }

  /** The slower way may still play out a room that has gone: what is too old proves nothing about it. */
  private isPresent(): boolean {
    const shown = this.screen?.shownMs;
    return shown === undefined || this.serverNow() - shown <= kDelayedMs;
  }

  /** Inside the window, and not in a gap: what comes after it is nearer to what was meant than nothing. */
  private nearest(atMs: number): number {
    const { fromMs, toMs } = this.span;
    const inside = Math.min(Math.max(atMs, fromMs), toMs - kEdgeMs);
    const gap = this.timeline?.gaps.find(({ startMs, endMs }) => inside >= startMs && inside < endMs);
    return gap === undefined ? inside : gap.endMs;
  }

  private async refresh(): Promise<void> {
    const outcome = await this.api.call(
      'GET',
      `/rooms/${this.room}/timeline`,
      readJson(parseTimeline),
      undefined,
      this.scope.signal,
    );
    if (outcome.kind === 'aborted') return;
    if (outcome.kind === 'success') {
      this.problem = outcome.value.rewind === undefined ? 'gone' : 'none';
      this.timeline = outcome.value.rewind;
    } else {
      this.problem = outcome.error.status === 404 || outcome.error.status === 403 ? 'gone' : 'failed';
    }
    this.changed.emit();
  }
}

/** A mark on the timeline, in shares of its length. */
export interface Mark {
  readonly kind: 'gap' | 'recording';
  readonly from: number;
  readonly to: number;
}

/** What lies inside the window, gaps over recordings. */
export function marksOf(timeline: Timeline | undefined, span: { fromMs: number; toMs: number }): readonly Mark[] {
  if (timeline === undefined) return [];
  const share = (ms: number): number => Math.min(1, Math.max(0, (ms - span.fromMs) / (span.toMs - span.fromMs)));
  const mark = (kind: Mark['kind'], startMs: number, endMs: number): Mark => {
    return { kind, from: share(startMs), to: share(endMs) };
  };
  return [
    ...timeline.recordings.map(({ startedMs, endedMs }) => mark('recording', startedMs, endedMs ?? span.toMs)),
    ...timeline.gaps.map(({ startMs, endMs }) => mark('gap', startMs, endMs)),
  ].filter(({ from, to }) => to > from);
}
