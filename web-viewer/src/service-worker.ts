// SPDX-License-Identifier: MIT
// Keeps the viewer's own scripts and styles, whose names change with their content, so that it opens at once.
// Everything else, above all the API, media sessions and events, goes to the server as if this were not here.

const kCache = 'assets-1';
/** Several releases' worth; the oldest go first. */
const kMostKept = 60;

/** The parts of the Service Workers standard that are used; TypeScript's DOM library does not have them. */
interface WorkerEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface FetchEvent extends WorkerEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface Worker extends EventTarget {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const worker = self as unknown as Worker;

worker.addEventListener('install', (event) => {
  (event as WorkerEvent).waitUntil(worker.skipWaiting());
});

worker.addEventListener('activate', (event) => {
  (event as WorkerEvent).waitUntil(Promise.all([dropOtherCaches(), worker.clients.claim()]));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event as FetchEvent;
  if (isAsset(request)) (event as FetchEvent).respondWith(kept(request));
});

function isAsset(request: Request): boolean {
  const url = new URL(request.url);
  return request.method === 'GET' && url.origin === worker.location.origin && url.pathname.startsWith('/assets/');
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(kCache);
  const known = await cache.match(request);
  if (known !== undefined) return known;
  const response = await fetch(request);
  if (response.ok) await keep(cache, request, response.clone());
  return response;
}

/** A full disk must not keep the page from opening. */
async function keep(cache: Cache, request: Request, response: Response): Promise<void> {
  try {
    await cache.put(request, response);
    const all = await cache.keys();
    await Promise.all(all.slice(0, Math.max(0, all.length - kMostKept)).map((old) => cache.delete(old)));
  } catch {
    await cache.delete(request);
  }
}

async function dropOtherCaches(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== kCache).map((name) => caches.delete(name)));
}
