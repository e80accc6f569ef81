// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { kMaxRetryAfterMs, parseRetryAfter, RetryPolicy } from '../src/lib/retry';

const kLimits = { firstMs: 250, maxMs: 5_000 };

describe('RetryPolicy', () => {
  it('doubles up to its limit and begins anew after a success', () => {
    const policy = new RetryPolicy(kLimits, () => 1);
    const delays = Array.from({ length: 7 }, () => policy.nextMs());
    expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(policy.failures).toBe(7);
    policy.reset();
    expect(policy.nextMs()).toBe(250);
  });

  it('spreads viewers over half of each delay', () => {
    const early = new RetryPolicy(kLimits, () => 0);
    const late = new RetryPolicy(kLimits, () => 1);
    expect(early.nextMs()).toBe(125);
    expect(late.nextMs()).toBe(250);
  });

  it('never exceeds its limit, however long the outage', () => {
    const policy = new RetryPolicy();
    for (let attempt = 0; attempt < 2_000; attempt += 1) expect(policy.nextMs()).toBeLessThanOrEqual(5_000);
  });

  it('obeys Retry-After within reason', () => {
    const policy = new RetryPolicy(kLimits, () => 1);
    expect(policy.nextMs(1_000)).toBe(1_000);
    expect(policy.nextMs(86_400_000)).toBe(kMaxRetryAfterMs);
  });
});

describe('parseRetryAfter', () => {
  it('reads seconds and nothing else', () => {
    expect(parseRetryAfter('3')).toBe(3_000);
    for (const value of [null, '', '-1', '1.5', 'Sat, 21 Nov 2026 05:00:00 GMT', '99999999']) {
      expect(parseRetryAfter(value)).toBeUndefined();
    }
  });
});
