// SPDX-License-Identifier: MIT
import { Emitter } from '../lib/emitter';
import { isRoomId, type RoomId } from '../lib/protocol';
import type { Scope } from '../lib/scope';

export const kAdminPages = ['people', 'invitations', 'rooms', 'devices', 'storage', 'settings', 'audit'] as const;
export type AdminPage = (typeof kAdminPages)[number];

/** What an address names. */
export type Place =
  | { readonly screen: 'wall' | 'library' | 'account' | 'sign-up' | 'recover' | 'set-up' | 'not-found' }
  | { readonly screen: 'room'; readonly room: RoomId }
  | { readonly screen: 'recording'; readonly recording: string }
  | { readonly screen: 'admin'; readonly page: AdminPage };

const kPlain: Readonly<Record<string, Place>> = {
  '/': { screen: 'wall' },
  '/index.html': { screen: 'wall' },
  '/library': { screen: 'library' },
  '/account': { screen: 'account' },
  '/sign-up': { screen: 'sign-up' },
  '/recover': { screen: 'recover' },
  '/set-up': { screen: 'set-up' },
  '/admin': { screen: 'admin', page: 'people' },
};

const kRecordingId = /^[A-Za-z0-9-]{1,64}$/;

export function placeOf(path: string): Place {
  const trimmed = path.length > 1 ? path.replace(/\/$/, '') : path;
  const plain = kPlain[trimmed];
  if (plain !== undefined) return plain;
  const [, folder, name] = /^\/(rooms|admin|library)\/([^/]+)$/.exec(trimmed) ?? [];
  if (folder === 'rooms' && name !== undefined && isRoomId(name)) return { screen: 'room', room: name };
  if (folder === 'library' && name !== undefined && kRecordingId.test(name)) {
    return { screen: 'recording', recording: name };
  }
  const page = kAdminPages.find((known) => known === name);
  return folder === 'admin' && page !== undefined ? { screen: 'admin', page } : { screen: 'not-found' };
}

/** Which screen the address names; links inside the viewer change it without a reload. */
export class Router {
  readonly changed = new Emitter();

  constructor(scope: Scope) {
    scope.listen(window, 'popstate', () => this.changed.emit());
    scope.listen(document, 'click', (event: MouseEvent) => this.clicked(event));
  }

  get place(): Place {
    return placeOf(location.pathname);
  }

  go(path: string): void {
    if (path === location.pathname + location.search) return;
    history.pushState(null, '', path);
    this.changed.emit();
  }

  /** The same page under another address: Back does not return here. */
  replace(path: string): void {
    history.replaceState(null, '', path);
    this.changed.emit();
  }

  /** Left to the browser: other tabs and windows, downloads, and what the server answers itself. */
  private clicked(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/api/') || link.hash !== '') return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}
