// SPDX-License-Identifier: MIT
import { kLongestMessage } from '../lib/protocol/chat';

/** A message of one's own that the server has not shown back yet. */
export interface Draft {
  readonly clientId: string;
  readonly text: string;
  readonly createdMs: number;
  /** `stored`: acknowledged, and safe; it is shown until the message itself comes. */
  readonly state: 'sending' | 'stored' | 'refused';
  /** Error id when it was refused. */
  readonly error: string | undefined;
}

/** Unicode code points after trimming: what the limit counts. */
export function lengthOf(text: string): number {
  return Array.from(text.trim()).length;
}

export function isTooLong(text: string): boolean {
  return lengthOf(text) > kLongestMessage;
}

/** Random enough that two pages of one person never choose the same. */
export function freshClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What was sent and has not come back; each is sent again, under the same id, until it is stored. */
export class Outbox {
  private kept: readonly Draft[] = [];

  get drafts(): readonly Draft[] {
    return this.kept;
  }

  get unstored(): readonly Draft[] {
    return this.kept.filter((draft) => draft.state === 'sending');
  }

  add(text: string, createdMs: number): Draft {
    const draft: Draft = { clientId: freshClientId(), text, createdMs, state: 'sending', error: undefined };
    this.kept = [...this.kept, draft];
    return draft;
  }

  set(clientId: string, part: Partial<Draft>): void {
    this.kept = this.kept.map((draft) => (draft.clientId === clientId ? { ...draft, ...part } : draft));
  }

  remove(clientId: string): void {
    this.kept = this.kept.filter((draft) => draft.clientId !== clientId);
  }
}
