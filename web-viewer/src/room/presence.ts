// SPDX-License-Identifier: MIT
import type { Named } from '../lib/protocol';

/** docs/ref/protocol.md §7.3: so long after the word, somebody is taken to be still typing. */
export const kTypingMs = 4_000;

interface Change {
  readonly count: number;
  readonly joined: readonly Named[];
  readonly left: readonly number[];
}

/** Who has the room open, and who is typing there. In a crowd only the number is told. */
export class Presence {
  count = 0;
  private readonly present = new Map<number, string>();
  private readonly typers = new Map<number, { name: string; untilMs: number }>();

  get people(): readonly Named[] {
    return [...this.present].map(([id, name]) => ({ id, name }));
  }

  get typing(): readonly string[] {
    return [...this.typers.values()].map(({ name }) => name);
  }

  replace(people: readonly Named[], count: number): void {
    this.present.clear();
    for (const { id, name } of people) this.present.set(id, name);
    this.count = Math.max(count, people.length);
  }

  apply({ count, joined, left }: Change): void {
    for (const { id, name } of joined) this.present.set(id, name);
    for (const id of left) {
      this.present.delete(id);
      this.typers.delete(id);
    }
    this.count = count;
    if (this.present.size > count) this.present.clear();
  }

  typed({ id, name }: Named, nowMs: number): void {
    this.typers.set(id, { name, untilMs: nowMs + kTypingMs });
  }

  /** What somebody wrote has come, so they are not typing it any more. */
  wrote(id: number): void {
    this.typers.delete(id);
  }

  /** True when somebody stopped typing. */
  expire(nowMs: number): boolean {
    const over = [...this.typers].filter(([, { untilMs }]) => untilMs <= nowMs);
    for (const [id] of over) this.typers.delete(id);
    return over.length > 0;
  }
}
