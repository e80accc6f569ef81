// SPDX-License-Identifier: MIT
import { now } from '../lib/clock';
import { Emitter } from '../lib/emitter';
import type { Named, RoomId } from '../lib/protocol';
import { parseChat, type ChatEvent, type Message } from '../lib/protocol/chat';
import type { Scope } from '../lib/scope';
import { ChatLog } from './chat-log';
import { isTooLong, Outbox, type Draft } from './outbox';
import { Presence } from './presence';

const kHistoryPage = 50;
const kTypingEveryMs = 2_000;
const kReadEveryMs = 1_000;
const kTickMs = 500;

/** The way to the server: the page's own event channel. */
export interface ChatChannel {
  /** False when nothing can be sent now. */
  send(request: object): boolean;
  readonly chat: Emitter<unknown>;
  readonly connected: Emitter;
  readonly changed: Emitter;
  readonly link: 'connecting' | 'online' | 'lost';
}

/** `gone`: the right to read was taken away, or never there. */
export type ChatPhase = 'loading' | 'ready' | 'gone';

/** One room's chat while its page is open: what was written, what is being sent, who is there. */
export class ChatModel {
  readonly changed = new Emitter();
  readonly log = new ChatLog();
  readonly presence = new Presence();
  phase: ChatPhase = 'loading';
  /** What was unread when the room was opened begins after this change. */
  unreadAfter: number | undefined;
  pinned: Message | undefined;
  /** Older messages are on their way. */
  loadingOlder = false;
  /** Error id of an edit, deletion or pin that was refused last. */
  problem: string | undefined;

  private readonly outbox = new Outbox();
  private refs = 0;
  /** Sent on this connection and not answered yet. */
  private readonly posting = new Set<string>();
  private readonly waiting = new Map<string, (error: string | undefined, retryMs?: number) => void>();
  private typedMs = 0;
  private readSeq = 0;
  private readSentMs = 0;
  private readWanted = 0;

  constructor(
    private readonly scope: Scope,
    private readonly channel: ChatChannel,
    readonly room: RoomId,
    readonly me: Named,
  ) {
    channel.chat.subscribe(scope, (value) => this.hear(value));
    channel.connected.subscribe(scope, () => this.subscribe());
    channel.changed.subscribe(scope, () => this.changed.emit());
    scope.interval(kTickMs, () => this.tick());
    scope.add(() => channel.send({ type: 'unsubscribe', room }));
    this.subscribe();
  }

  get online(): boolean {
    return this.channel.link === 'online';
  }

  get drafts(): readonly Draft[] {
    return this.outbox.drafts;
  }

  /** False, and nothing is sent, when the text is empty or too long. */
  send(text: string): boolean {
    const trimmed = text.trim();
    if (trimmed === '' || isTooLong(trimmed)) return false;
    this.post(this.outbox.add(trimmed, now()));
    this.changed.emit();
    return true;
  }

  /** Sends a refused message again. */
  sendAgain(clientId: string): void {
    this.outbox.set(clientId, { state: 'sending', error: undefined });
    const draft = this.outbox.drafts.find((other) => other.clientId === clientId);
    if (draft !== undefined) this.post(draft);
    this.changed.emit();
  }

  discard(clientId: string): void {
    this.outbox.remove(clientId);
    this.changed.emit();
  }

  /** Resolves to the id of an error, or to undefined when it is stored. */
  edit(id: number, text: string): Promise<string | undefined> {
    return this.change({ type: 'edit', id, text: text.trim() });
  }

  remove(id: number): Promise<string | undefined> {
    return this.change({ type: 'delete', id });
  }

  setPinned(id: number, pinned: boolean): Promise<string | undefined> {
    return this.change({ type: pinned ? 'pin' : 'unpin', id });
  }

  loadOlder(): void {
    const before = this.log.messages[0]?.id;
    if (this.loadingOlder || !this.log.older || before === undefined) return;
    this.loadingOlder = this.ask({ type: 'history', before, limit: kHistoryPage }, () => (this.loadingOlder = false));
    this.changed.emit();
  }

  /** The person is writing. */
  typing(): void {
    if (now() - this.typedMs < kTypingEveryMs) return;
    this.typedMs = now();
    this.channel.send({ type: 'typing', room: this.room });
  }

  /** The person has seen everything up to the newest message. */
  readAll(): void {
    this.log.trim();
    this.readWanted = Math.max(this.readWanted, this.log.seq);
    this.tellRead();
  }

  private tick(): void {
    this.tellRead();
    if (this.presence.expire(now())) this.changed.emit();
  }

  private tellRead(): void {
    if (this.readWanted <= this.readSeq || now() - this.readSentMs < kReadEveryMs) return;
    if (!this.channel.send({ type: 'read', room: this.room, seq: this.readWanted })) return;
    this.readSentMs = now();
    this.readSeq = this.readWanted;
  }

  /** Everything, or what changed after the last change that is known. */
  private subscribe(): void {
    if (this.scope.closed) return;
    for (const refused of this.waiting.values()) refused('unreachable');
    this.waiting.clear();
    const { seq } = this.log;
    this.ask({ type: 'subscribe', ...(seq > 0 ? { after: seq } : {}) }, (error, retryMs) => {
      if (error === 'too-many-requests') this.scope.timeout(retryMs ?? kReadEveryMs, () => this.subscribe());
      else if (error !== undefined && error !== 'unreachable') this.phase = 'gone';
    });
  }

  private post({ clientId, text }: Draft): void {
    if (this.posting.has(clientId)) return;
    const sent = this.ask({ type: 'send', client_id: clientId, text }, (error, retryMs) => {
      this.posting.delete(clientId);
      // It is sent again after the reconnection.
      if (error === 'unreachable') return;
      if (error === 'too-many-requests') this.scope.timeout(retryMs ?? kReadEveryMs, () => this.resend(clientId));
      else this.outbox.set(clientId, error === undefined ? { state: 'stored' } : { state: 'refused', error });
      this.changed.emit();
    });
    if (sent) this.posting.add(clientId);
  }

  private resend(clientId: string): void {
    for (const draft of this.outbox.unstored) {
      if (draft.clientId === clientId) this.post(draft);
    }
  }

  private async change(request: object): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (!this.ask(request, resolve)) resolve('unreachable');
    });
  }

  private ask(request: object, done: (error: string | undefined, retryMs?: number) => void): boolean {
    this.refs += 1;
    const ref = `${this.room}/${this.refs}`;
    const sent = this.channel.send({ ...request, room: this.room, ref });
    if (sent) this.waiting.set(ref, done);
    return sent;
  }

  private answered(ref: string | undefined, error?: string, retryMs?: number): void {
    if (ref === undefined) return;
    const done = this.waiting.get(ref);
    this.waiting.delete(ref);
    done?.(error, retryMs);
  }

  private hear(value: unknown): void {
    const event = parseChat(value);
    if (event === undefined || (event.type !== 'error' && event.room !== this.room)) return;
    this.apply(event);
    this.changed.emit();
  }

  private apply(event: ChatEvent): void {
    switch (event.type) {
      case 'subscribed':
        this.answered(event.ref);
        this.subscribed(event);
        break;
      case 'messages':
        this.followPin(event.messages);
        this.arrived(this.log.mergeLive(event.messages));
        break;
      case 'history':
        this.answered(event.ref);
        this.log.merge(event.messages);
        this.log.older = event.more;
        break;
      case 'typing':
        if (event.user.id !== this.me.id) this.presence.typed(event.user, now());
        break;
      case 'presence':
        this.presence.apply(event);
        break;
      case 'read':
        this.readSeq = Math.max(this.readSeq, event.seq);
        break;
      case 'unsubscribed':
        if (event.ref === undefined) this.phase = 'gone';
        break;
      case 'ack':
        this.answered(event.ref);
        break;
      case 'error':
        this.answered(event.ref, event.error, event.retryMs);
        break;
    }
  }

  private subscribed(event: ChatEvent & { type: 'subscribed' }): void {
    const first = this.log.seq === 0;
    if (first) this.log.older = event.more;
    if (first) this.arrived(this.log.merge(event.messages));
    else this.arrived(this.log.mergeLive(event.messages));
    this.presence.replace(event.people, event.count);
    this.pinned = event.pinned;
    this.readSeq = event.read;
    if (first) this.unreadAfter = event.read;
    const page = !first && event.more;
    this.log.seq = page ? Math.max(this.log.seq, ...event.messages.map(({ seq }) => seq)) : event.seq;
    if (page) {
      this.subscribe();
      return;
    }
    this.phase = 'ready';
    for (const draft of this.outbox.unstored) this.post(draft);
  }

  private arrived(messages: readonly Message[]): void {
    for (const { clientId, author } of messages) {
      this.presence.wrote(author.id);
      if (author.id === this.me.id) this.outbox.remove(clientId);
    }
  }

  /** At most one message is pinned; it may lie before what is known here. */
  private followPin(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.pinned) this.pinned = message;
      else if (this.pinned?.id === message.id) this.pinned = undefined;
    }
  }
}
