// SPDX-License-Identifier: MIT
import type { Api } from './api';
import { Emitter } from './emitter';
import { readJson, readNothing } from './http';
import { RetryPolicy } from './retry';
import type { Scope } from './scope';
import type { UserDocument } from './user-document';

/** Choices come in bursts, such as a drag through a list; one request follows them. */
const kQuietMs = 500;

/**
 * A user's document at the server, the same on every device. A copy in this browser shows it before the server has
 * answered, and keeps what could not be sent yet.
 */
export class ServerDocument implements UserDocument {
  /** The server's version took the place of the copy. */
  readonly arrived = new Emitter();
  private readonly retry = new RetryPolicy();
  private unsent: unknown;
  private cancel: () => void = () => undefined;

  constructor(
    private readonly scope: Scope,
    private readonly api: Api,
    private readonly copy: UserDocument,
    private readonly name: string,
    /** What this browser could not send before its page was left. */
    private readonly pending: UserDocument,
  ) {
    this.unsent = pending.load();
  }

  load(): unknown {
    return this.copy.load();
  }

  save(value: unknown): void {
    this.copy.save(value);
    this.unsent = value;
    this.pending.save(value);
    this.send(kQuietMs);
  }

  /** What is there already goes before what was kept here; what was only kept here goes there. */
  async start(): Promise<void> {
    if (this.isUnsent()) {
      await this.flush();
      return;
    }
    const outcome = await this.api.call(
      'GET',
      this.path,
      readJson((body) => body),
      undefined,
      this.scope.signal,
    );
    if (this.scope.closed || this.isUnsent()) return;
    if (outcome.kind === 'success') {
      this.copy.save(outcome.value);
      this.arrived.emit();
    } else if (outcome.kind === 'error' && outcome.error.status === 404) {
      const kept = this.copy.load();
      if (kept !== undefined) this.save(kept);
    }
  }

  /** Sends at once what waits. */
  async flush(): Promise<void> {
    this.cancel();
    const value = this.unsent;
    if (value === undefined) return;
    const outcome = await this.api.call('PUT', this.path, readNothing, value as object);
    const settled = outcome.kind === 'success' || (outcome.kind === 'error' && isFinal(outcome.error.status));
    if (settled && this.unsent === value) {
      this.unsent = undefined;
      this.pending.save(null);
    }
    if (settled) this.retry.reset();
    else this.send(this.retry.nextMs());
  }

  private isUnsent(): boolean {
    return this.unsent !== undefined;
  }

  private get path(): string {
    return `/account/documents/${this.name}`;
  }

  private send(afterMs: number): void {
    this.cancel();
    this.cancel = this.scope.timeout(afterMs, () => void this.flush());
  }
}

/** Asking again would not change the answer. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
