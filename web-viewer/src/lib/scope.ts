// SPDX-License-Identifier: MIT

type Cleanup = () => void;

/**
 * Owns timers, listeners, requests and child scopes; closing it ends them all, newest first, once.
 * What is added to a closed scope ends at once, so a late callback never leaks.
 */
export class Scope {
  private cleanups = new Set<Cleanup>();
  private readonly controller = new AbortController();

  get closed(): boolean {
    return this.controller.signal.aborted;
  }

  /** Aborted when the scope closes: for fetch and addEventListener. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Returns a function that runs the clean-up early. */
  add(cleanup: Cleanup): Cleanup {
    if (this.closed) {
      cleanup();
      return () => undefined;
    }
    this.cleanups.add(cleanup);
    return () => {
      if (this.cleanups.delete(cleanup)) cleanup();
    };
  }

  child(): Scope {
    const child = new Scope();
    const forget = this.add(() => child.close());
    child.add(forget);
    return child;
  }

  timeout(ms: number, fn: () => void): Cleanup {
    if (this.closed) return () => undefined;
    const timer = setTimeout(() => {
      cancel();
      fn();
    }, ms);
    const cancel = this.add(() => clearTimeout(timer));
    return cancel;
  }

  interval(ms: number, fn: () => void): Cleanup {
    if (this.closed) return () => undefined;
    const timer = setInterval(fn, ms);
    return this.add(() => clearInterval(timer));
  }

  listen<E extends Event>(target: EventTarget, type: string, fn: (event: E) => unknown): void {
    target.addEventListener(type, fn as EventListener, { signal: this.signal });
  }

  /** Resolves after `ms`, or early when the scope closes: check `closed` afterwards. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) {
        resolve();
        return;
      }
      const timer = setTimeout(() => wake(), ms);
      const wake = this.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  close(): void {
    if (this.closed) return;
    this.controller.abort();
    const cleanups = [...this.cleanups].reverse();
    this.cleanups.clear();
    for (const cleanup of cleanups) cleanup();
  }
}
