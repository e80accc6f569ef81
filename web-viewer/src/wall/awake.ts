// SPDX-License-Identifier: MIT
import type { Scope } from '../lib/scope';

/** A wall that fills a screen is looked at without being touched: the screen does not go to sleep meanwhile. */
export function keepAwakeInFullScreen(scope: Scope): void {
  let lock: WakeLockSentinel | undefined;
  const follow = async (): Promise<void> => {
    const wanted = document.fullscreenElement !== null && document.visibilityState === 'visible' && !scope.closed;
    if (!wanted) {
      await lock?.release();
      lock = undefined;
    } else if (lock?.released !== false && 'wakeLock' in navigator) {
      lock = await navigator.wakeLock.request('screen');
    }
  };
  // Refused where the device saves power: then the device decides.
  const tried = (): void => void follow().catch(() => undefined);
  scope.listen(document, 'fullscreenchange', tried);
  // The browser takes the lock back when the tab is hidden.
  scope.listen(document, 'visibilitychange', tried);
  scope.add(tried);
}
