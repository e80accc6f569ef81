// SPDX-License-Identifier: MIT
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import type { HttpError, Outcome } from '../lib/http';
import type { WatchTicket } from '../lib/protocol';
import { RetryPolicy } from '../lib/retry';
import type { Scope } from '../lib/scope';
import { FrameClock } from './frame-clock';
import type { Layer, LiveSession } from './session';
import type { Counters } from './stats';
import { openWhep, type WhepTransport } from './whep';

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
const kLayerRetryMs = 2_000;

export type PlayerPhase = 'connecting' | 'live' | 'stalled' | 'retrying';

/** What keeps the picture away: the id of an HTTP error, or `no-path`: signalling works and media does not. */
export type PlayerProblem = HttpError['id'] | undefined;

export interface PlayerOptions {
  readonly transport: WhepTransport;
  readonly fetchTicket: (signal: AbortSignal) => Promise<Outcome<WatchTicket>>;
  /** The layer to begin with. */
  readonly layer?: Layer;
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
  private wanted: Layer;
  private session: LiveSession | undefined;
  /** Of the session that is being watched. */
  private checkFrames: () => void = () => undefined;
  private chooseLayer: () => void = () => undefined;

  constructor(
    private readonly scope: Scope,
    private readonly options: PlayerOptions,
  ) {
    this.wanted = options.layer ?? 'auto';
    void this.run();
  }

  /** The layer that is wanted; what arrives is told by the measurements. */
  get layer(): Layer {
    return this.wanted;
  }

  /** In the session that runs, and in all later ones. */
  setLayer(layer: Layer): void {
    if (this.wanted === layer) return;
    this.wanted = layer;
    this.chooseLayer();
    this.changed.emit();
  }

  /** The picture on the page advanced; `mark` is its own time. When tracks end, a browser presents one more picture, which is no news. */
  framePresented(mark?: number): void {
    if (this.session === undefined) return;
    this.frames.presented(mark);
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
      const outcome = await openWhep(this.options.transport, () => this.validTicket(), this.wanted);
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
  private async follow(session: LiveSession): Promise<void> {
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
      session.watch(() => session.link === 'over' && watch.close(), watch.signal);
      this.keepLayer(session, watch);
      this.watchFrames(session, watch);
      this.watchHidden(session, watch);
      this.watchVitality(session, watch);
    });
  }

  /** Brings the session to the wanted layer, one request at a time; tries again while the relay cannot be asked. */
  private keepLayer(session: LiveSession, watch: Scope): void {
    let asking = false;
    const ask = async (): Promise<void> => {
      if (asking || watch.closed || session.layer === this.wanted) return;
      asking = true;
      const outcome = await session.chooseLayer(this.wanted);
      asking = false;
      if (outcome.kind === 'success') void ask();
      else if (outcome.kind === 'error' && mayPass(outcome.error)) watch.timeout(kLayerRetryMs, () => void ask());
    };
    this.chooseLayer = () => void ask();
    watch.add(() => (this.chooseLayer = () => undefined));
    void ask();
  }

  private watchFrames(session: LiveSession, watch: Scope): void {
    const openedMs = now();
    this.checkFrames = () => {
      const lastMs = this.frames.lastFrameMs ?? 0;
      if (lastMs >= openedMs && now() - lastMs <= kFramesStoppedMs) {
        this.hadPicture = true;
        this.retry.reset();
        this.set('live', undefined);
      } else if (now() - openedMs > kFramesStoppedMs) {
        const blocked = session.link !== 'up' && now() - openedMs > kConnectMs;
        this.set('stalled', blocked && lastMs < openedMs ? 'no-path' : undefined);
      } else {
        this.set(this.hadPicture ? 'retrying' : 'connecting', undefined);
      }
    };
    watch.interval(kCheckMs, this.checkFrames);
    watch.add(() => (this.checkFrames = () => undefined));
  }

  /** A hidden picture is not presented, so decoded frames are counted instead. */
  private watchHidden(session: LiveSession, watch: Scope): void {
    watch.interval(kHiddenCheckMs, () => {
      if (this.visibility === 'seen') return;
      void session.framesDecoded().then((total) => {
        if (total !== undefined && !watch.closed) this.frames.decodedTotal(total);
      });
    });
  }

  /** While frames stand still: is it the camera (the session lives: wait) or the relay (it is gone: reconnect)? */
  private watchVitality(session: LiveSession, watch: Scope): void {
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

/** An outage on the way may pass; a relay that does not know the request, or the session, will not learn it. */
function mayPass(error: HttpError): boolean {
  return error.id === 'unreachable' || error.status === 429 || error.status >= 500;
}
