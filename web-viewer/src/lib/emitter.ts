// SPDX-License-Identifier: MIT
import type { Scope } from './scope';

/** Tells its subscribers that something changed; they read the new state from the model itself. */
export class Emitter<T = void> {
  private readonly subscribers = new Set<(value: T) => void>();

  subscribe(scope: Scope, fn: (value: T) => void): void {
    if (scope.closed) return;
    this.subscribers.add(fn);
    scope.add(() => this.subscribers.delete(fn));
  }

  emit(value: T): void {
    for (const fn of [...this.subscribers]) fn(value);
  }
}
