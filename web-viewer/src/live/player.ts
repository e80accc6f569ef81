// SPDX-License-Identifier: MIT
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import type { HttpError, Outcome } from '../lib/http';
import type { WatchTicket } from '../lib/protocol';
import { RetryPolicy } from '../lib/retry';
import type { Scope } from '../lib/scope';
import { FrameClock } from './frame-clock';
import type { Counters } from './stats';
import { openWhep, type WhepSession, type WhepTransport } from './whep';

/** Pictures that have not advanced for so long have stopped. */
export const kFramesStoppedMs = 2_000;
const kCheckMs = 250;
const kProbeMs = 1_000;
/** A session that is alive while its camera is not needs no question every second for an hour. */
const kSlowProbeMs = 5_000;
const kQuickProbes = 10;
const kHiddenCheckMs = 500;
/** After so long without a connection it is fair to say that the network lets no media through. */
const kConnectMs = 6_000;
const kTicketMarginS = 30;

export type PlayerPhase = 'connecting' | 'live' | 'stalled' | 'retrying';

/** What keeps the picture away: the id of an HTTP error, or `no-path`: signalling works and media does not. */
export type PlayerProblem = HttpError['id'] | undefined;

export interface PlayerOptions {
  readonly transport: WhepTransport;
  readonly fetchTicket: (signal: AbortSignal) => Promise<Outcome<WatchTicket>>;
}

/** Is somebody able to see this picture? Nothing is presented in a hidden tab or behind another picture. */
export type Visibility = 'seen' | 'hidden';

/**
 * Keeps one room playing until its scope closes: opens a WHEP session, watches its frames, and opens
 * another only when this one is surely dead. The server's event channel has no say in it.
 */
export class Player {
  readonly changed = new Emitter();
  readonly frames = new FrameClock();
  readonly openedMs = now();
  phase: PlayerPhase = 'connecting';
  /** When `phase` began. */
  phaseSinceMs = this.openedMs;
  problem: PlayerProblem;
  tracks: readonly MediaStreamTrack[] = [];

  private readonly retry = new RetryPolicy();
  private visibility: Visibility = 'seen';
  private ticket: WatchTicket | undefined;
  private hadPicture = false;
  private session: WhepSession | undefined;
  /** Of the session that is being watched. */
  private checkFrames: () => void = () => undefined;

  constructor(
    private readonly scope: Scope,
    private readonly options: PlayerOptions,
  ) {
    void this.run();
  }

  /** The picture on the page advanced. */
  framePresented(): void {
    this.frames.presented();
    if (this.phase !== 'live') this.checkFrames();
  }

  setVisibility(visibility: Visibility): void {
    if (this.visibility === visibility) return;
    this.visibility = visibility;
    this.frames.restartTotals();
  }

  /** undefined while there is no session to measure. */
  async counters(): Promise<Counters | undefined> {
    return this.session?.counters();
  }

  private async run(): Promise<void> {
    while (!this.scope.closed) {
      const outcome = await openWhep(this.options.transport, () => this.validTicket());
      const retryAfterMs = outcome.kind === 'error' ? outcome.error.retryAfterMs : undefined;
      if (outcome.kind === 'success') await this.follow(outcome.value);
      if (outcome.kind === 'error') this.refused(outcome.error);
      this.set('retrying', this.problem);
      await this.scope.sleep(this.retry.nextMs(retryAfterMs));
    }
  }

  private async validTicket(): Promise<Outcome<WatchTicket>> {
    const ticket = this.ticket;
    if (ticket !== undefined && ticket.expires - now() / 1_000 > kTicketMarginS) {
      return { kind: 'success', value: ticket, headers: new Headers() };
    }
    const outcome = await this.options.fetchTicket(this.scope.signal);
    if (outcome.kind === 'success') this.ticket = outcome.value;
    return outcome;
  }

  private refused(error: HttpError): void {
    // The relay's key may have changed, or the right was withdrawn: ask the server anew.
    if (error.status === 401 || error.status === 403) this.ticket = undefined;
    this.set('retrying', error.id);
  }

  /** Resolves when the session is over, whoever ended it. */
  private async follow(session: WhepSession): Promise<void> {
    const watch = this.scope.child();
    watch.add(() => session.close());
    if (watch.closed) return;
    this.session = session;
    watch.add(() => (this.session = undefined));
    this.tracks = session.tracks;
    this.frames.restartTotals();
    this.changed.emit();
    await new Promise<void>((resolve) => {
      watch.add(resolve);
      watch.listen(session.peer, 'connectionstatechange', () => {
        if (isOver(session.peer.connectionState)) watch.close();
      });
      this.watchFrames(session, watch);
      this.watchHidden(session, watch);
      this.watchVitality(session, watch);
    });
  }

  private watchFrames(session: WhepSession, watch: Scope): void {
    const openedMs = now();
    this.checkFrames = () => {
      const lastMs = this.frames.lastFrameMs ?? 0;
      if (lastMs >= openedMs && now() - lastMs <= kFramesStoppedMs) {
        this.hadPicture = true;
        this.retry.reset();
        this.set('live', undefined);
      } else if (now() - openedMs > kFramesStoppedMs) {
        const blocked = session.peer.connectionState !== 'connected' && now() - openedMs > kConnectMs;
        this.set('stalled', blocked && lastMs < openedMs ? 'no-path' : undefined);
      } else {
        this.set(this.hadPicture ? 'retrying' : 'connecting', undefined);
      }
    };
    watch.interval(kCheckMs, this.checkFrames);
    watch.add(() => (this.checkFrames = () => undefined));
  }

  /** A hidden picture is not presented, so decoded frames are counted instead. */
  private watchHidden(session: WhepSession, watch: Scope): void {
    watch.interval(kHiddenCheckMs, () => {
      if (this.visibility === 'seen') return;
      void session.framesDecoded().then((total) => {
        if (total !== undefined && !watch.closed) this.frames.decodedTotal(total);
      });
    });
  }

  /** While frames stand still: is it the camera (the session lives: wait) or the relay (it is gone: reconnect)? */
  private watchVitality(session: WhepSession, watch: Scope): void {
    let answers = 0;
    const probe = async (): Promise<void> => {
      if (this.phase !== 'stalled') {
        answers = 0;
        watch.timeout(kCheckMs, () => void probe());
        return;
      }
      const vitality = await session.vitality();
      if (vitality === 'gone') watch.close();
      answers = vitality === 'alive' ? answers + 1 : 0;
      watch.timeout(answers > kQuickProbes ? kSlowProbeMs : kProbeMs, () => void probe());
    };
    void probe();
  }

  private set(phase: PlayerPhase, problem: PlayerProblem): void {
    if (this.phase === phase && this.problem === problem) return;
    if (this.phase !== phase) this.phaseSinceMs = now();
    this.phase = phase;
    this.problem = problem;
    if (!this.scope.closed) this.changed.emit();
  }
}

function isOver(state: RTCPeerConnectionState): boolean {
  return state === 'failed' || state === 'closed';
}
