// SPDX-License-Identifier: MIT

export interface RetryLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const kRetryLimits: RetryLimits = { firstMs: 250, maxMs: 5_000 };

/** No server may send a browser away for longer than this. */
export const kMaxRetryAfterMs = 30_000;

/**
 * The one reconnect policy, for sessions and for the event channel: exponential, with jitter so that a
 * wall of viewers does not return in step after an outage. A server's Retry-After goes first.
 */
export class RetryPolicy {
  private attempts = 0;

  constructor(
    private readonly limits: RetryLimits = kRetryLimits,
    private readonly random: () => number = Math.random,
  ) {}

  /** Failures since the last success. */
  get failures(): number {
    return this.attempts;
  }

  nextMs(retryAfterMs?: number): number {
    const ceiling = Math.min(this.limits.firstMs * 2 ** this.attempts, this.limits.maxMs);
    this.attempts = Math.min(this.attempts + 1, 30);
    const jittered = ceiling * (0.5 + this.random() / 2);
    return Math.round(retryAfterMs === undefined ? jittered : Math.min(retryAfterMs, kMaxRetryAfterMs));
  }

  reset(): void {
    this.attempts = 0;
  }
}

/** `Retry-After` in its delta-seconds form (RFC 9110 §10.2.3); undefined for anything else. */
export function parseRetryAfter(value: string | null): number | undefined {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : undefined;
}
