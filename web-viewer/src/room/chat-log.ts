// SPDX-License-Identifier: MIT
import type { Message } from '../lib/protocol/chat';

/** So many are kept while somebody reads the newest; older ones can be asked for again. */
export const kMostKept = 400;
const kKeptAfterTrim = 250;

/** The messages of one room that this page knows, by place; a newer change of one replaces the older. */
export class ChatLog {
  /** True when the room has messages before the first one known here. */
  older = false;
  /** Everything up to this change is known. */
  seq = 0;
  private readonly known = new Map<number, Message>();
  private ordered: readonly Message[] | undefined;

  get messages(): readonly Message[] {
    this.ordered ??= [...this.known.values()].sort((a, b) => a.id - b.id);
    return this.ordered;
  }

  get(id: number): Message | undefined {
    return this.known.get(id);
  }

  /** Gives those that were not known in this or a newer form. */
  merge(messages: readonly Message[]): readonly Message[] {
    const fresh = messages.filter((message) => (this.known.get(message.id)?.seq ?? 0) < message.seq);
    for (const message of fresh) this.known.set(message.id, message);
    if (fresh.length > 0) this.ordered = undefined;
    return fresh;
  }

  /** A change of a message that lies before what is known here belongs to history that was not asked for. */
  mergeLive(messages: readonly Message[]): readonly Message[] {
    const first = this.messages[0]?.id ?? 0;
    for (const { seq } of messages) this.seq = Math.max(this.seq, seq);
    return this.merge(messages.filter(({ id }) => !this.older || id >= first || this.known.has(id)));
  }

  /** Forgets the oldest when there are many. */
  trim(): void {
    if (this.known.size <= kMostKept) return;
    for (const { id } of this.messages.slice(0, this.known.size - kKeptAfterTrim)) this.known.delete(id);
    this.older = true;
    this.ordered = undefined;
  }
}
