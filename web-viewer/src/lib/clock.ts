// SPDX-License-Identifier: MIT

/** Unix milliseconds that never step backwards when somebody sets the machine's clock. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
