// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../src/lib/emitter';
import { Scope } from '../src/lib/scope';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('Scope', () => {
  it('ends everything once, newest first', () => {
    const scope = new Scope();
    const order: string[] = [];
    scope.add(() => order.push('first'));
    scope.add(() => order.push('second'));
    scope.close();
    scope.close();
    expect(order).toEqual(['second', 'first']);
    expect(scope.signal.aborted).toBe(true);
  });

  it('stops timers and listeners', () => {
    const scope = new Scope();
    const fired = vi.fn();
    const target = new EventTarget();
    scope.timeout(10, fired);
    scope.interval(10, fired);
    scope.listen(target, 'ping', fired);
    scope.close();
    vi.advanceTimersByTime(100);
    target.dispatchEvent(new Event('ping'));
    expect(fired).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fires a timeout once and an interval until it is cancelled', () => {
    const scope = new Scope();
    const once = vi.fn();
    const often = vi.fn();
    scope.timeout(10, once);
    const cancel = scope.interval(10, often);
    vi.advanceTimersByTime(35);
    cancel();
    vi.advanceTimersByTime(100);
    expect(once).toHaveBeenCalledTimes(1);
    expect(often).toHaveBeenCalledTimes(3);
  });

  it('closes its children, and a closed child is forgotten', () => {
    const scope = new Scope();
    const child = scope.child();
    const other = scope.child();
    const ended = vi.fn();
    other.add(ended);
    child.close();
    expect(other.closed).toBe(false);
    scope.close();
    expect(other.closed).toBe(true);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('ends at once what is added too late', () => {
    const scope = new Scope();
    scope.close();
    const ended = vi.fn();
    scope.add(ended);
    scope.timeout(1, ended);
    scope.interval(1, ended);
    expect(scope.child().closed).toBe(true);
    vi.advanceTimersByTime(10);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('wakes a sleeper when it closes', async () => {
    const scope = new Scope();
    const woken = vi.fn();
    void scope.sleep(60_000).then(woken);
    scope.close();
    await Promise.resolve();
    expect(woken).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('Emitter', () => {
  it('tells subscribers until their scope closes', () => {
    const scope = new Scope();
    const emitter = new Emitter<number>();
    const heard: number[] = [];
    emitter.subscribe(scope, (value) => heard.push(value));
    emitter.emit(1);
    scope.close();
    emitter.emit(2);
    expect(heard).toEqual([1]);
  });
});
