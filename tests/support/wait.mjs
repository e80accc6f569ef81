// SPDX-License-Identifier: MIT
// Waiting for conditions, never for a fixed time.
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until `condition` gives something true, and returns it.
 * @template T
 * @param {string} what named in the error when the deadline passes
 * @param {() => T | Promise<T>} condition
 * @param {{within?: number, every?: number}} [limits] milliseconds
 * @returns {Promise<T>}
 */
export async function until(what, condition, { within = 10_000, every = 50 } = {}) {
  const deadline = Date.now() + within;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(`not within ${within} ms: ${what}`);
    }
    await delay(every);
  }
}

/** Runs `work` on every item, at most `limit` at a time; results keep the order. */
export async function eachOf(items, limit, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i], i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}
