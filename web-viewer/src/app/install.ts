// SPDX-License-Identifier: MIT

/** Starts the service worker of a built viewer. Browsers refuse it where they do not trust the certificate; then
 *  the viewer works as well, and only opens a little later. */
export function startServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}
