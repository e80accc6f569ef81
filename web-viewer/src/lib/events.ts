// SPDX-License-Identifier: MIT
import { now } from './clock';
import { Emitter } from './emitter';
import { parseFrame, type ServerEvent } from './protocol';
import { RetryPolicy } from './retry';
import type { Scope } from './scope';

/** docs/ref/protocol.md §7: a page that has heard nothing for so long is cut off. */
export const kSilenceMs = 12_000;
const kSessionEnded = 4401;

export type LinkState = 'connecting' | 'online' | 'lost';

/** The part of WebSocket that is used. */
export interface Socket extends EventTarget {
  send(frame: string): void;
  close(): void;
}

export interface EventsOptions {
  readonly openSocket: () => Socket;
  /** The server closed the channel because the session ended. */
  readonly onSessionEnded: () => void;
  /** The channel could not be opened; a browser does not say why, so somebody must ask over HTTP. */
  readonly onRefused: () => void;
}

/** The event channel: connects, listens for silence, reconnects; ends with its scope. */
export class EventsClient {
  readonly event = new Emitter<ServerEvent>();
  /** What only an open room understands, not validated. */
  readonly chat = new Emitter<unknown>();
  readonly changed = new Emitter();
  /** A connection speaks for the first time: what was asked on the one before is forgotten. */
  readonly connected = new Emitter();
  link: LinkState = 'connecting';
  /** When the server was last heard, on this page's clock; 0 before the first message. */
  heardMs = 0;

  private readonly retry = new RetryPolicy();
  private socket: Socket | undefined;
  private attempt: Scope | undefined;
  private cancelRetry: () => void = () => undefined;

  constructor(
    private readonly scope: Scope,
    private readonly options: EventsOptions,
  ) {}

  /** How long ago the server was last heard; undefined when it never was. */
  get silentMs(): number | undefined {
    return this.heardMs === 0 ? undefined : now() - this.heardMs;
  }

  /** False when there is no connection that the server has spoken on. */
  send(request: object): boolean {
    if (this.socket === undefined || this.link !== 'online') return false;
    this.socket.send(JSON.stringify(request));
    return true;
  }

  start(): void {
    this.connect();
  }

  /** Tries again now: the network or the page came back. */
  hurry(): void {
    if (this.attempt === undefined) this.connect();
  }

  private connect(): void {
    this.cancelRetry();
    if (this.scope.closed) return;
    const attempt = this.scope.child();
    this.attempt = attempt;
    const socket = this.options.openSocket();
    attempt.add(() => socket.close());
    attempt.add(() => (this.socket = undefined));
    attempt.listen<MessageEvent>(socket, 'message', (message) => this.hear(attempt, socket, message.data));
    attempt.listen<CloseEvent>(socket, 'close', (close) => this.ended(close.code));
    this.guard(attempt);
  }

  private guard(attempt: Scope): void {
    const startedMs = now();
    attempt.interval(1_000, () => {
      if (now() - Math.max(this.heardMs, startedMs) >= kSilenceMs) this.ended(0);
    });
  }

  private hear(attempt: Scope, socket: Socket, data: unknown): void {
    const frame = typeof data === 'string' ? parseFrame(data) : undefined;
    if (frame === undefined || attempt.closed) {
      console.warn('Classcast: the server sent an event that this page does not understand; ignored.');
      return;
    }
    this.heardMs = now();
    this.retry.reset();
    const fresh = this.socket !== socket;
    this.socket = socket;
    if ('event' in frame) this.event.emit(frame.event);
    this.setLink('online');
    if (fresh) this.connected.emit();
    if ('chat' in frame) this.chat.emit(frame.chat);
  }

  private ended(code: number): void {
    const heard = this.retry.failures === 0 && this.link === 'online';
    this.attempt?.close();
    this.attempt = undefined;
    if (code === kSessionEnded) {
      this.options.onSessionEnded();
      return;
    }
    // One quick reconnection is not worth a banner; silence, or a second failure, is.
    if (!heard || code === 0) this.setLink('lost');
    if (!heard) this.options.onRefused();
    this.cancelRetry = this.scope.timeout(this.retry.nextMs(), () => this.connect());
  }

  private setLink(link: LinkState): void {
    if (this.link === link) return;
    this.link = link;
    this.changed.emit();
  }
}

/** The event channel of the page's own server. */
export function openEventSocket(): Socket {
  const scheme = location.protocol === 'http:' ? 'ws' : 'wss';
  return new WebSocket(`${scheme}://${location.host}/ws`);
}
