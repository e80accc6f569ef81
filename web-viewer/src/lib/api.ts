// SPDX-License-Identifier: MIT
import { readJson, readNothing, send, type HttpRequest, type Outcome } from './http';
import {
  parseDeviceCredential,
  parseRoom,
  parseSession,
  parseSetup,
  parseWatchTicket,
  type Room,
  type RoomId,
  type RoomKind,
  type Session,
  type Setup,
  type WatchTicket,
} from './protocol';

const kBase = '/api/v1';

export interface NewRoom {
  readonly id: RoomId;
  readonly name: string;
  readonly kind?: RoomKind;
  readonly description?: string;
}

/** The requests of docs/ref/protocol.md §6. Holds the CSRF token of the session that it opened or found. */
export class Api {
  private csrf = '';

  /** Called when the server says that nobody is signed in (any more). */
  onUnauthenticated: () => void = () => undefined;

  /** `code`: of an authenticator, when the server asked for one. */
  async signIn(name: string, password: string, code?: string): Promise<Outcome<Session>> {
    const body = { name, password, ...(code === undefined ? {} : { code }) };
    return this.keepToken(await this.call('POST', '/session', readJson(parseSession), body));
  }

  async session(): Promise<Outcome<Session>> {
    return this.keepToken(await this.call('GET', '/session', readJson(parseSession)));
  }

  /** What a page needs to know before anybody is signed in. */
  setup(): Promise<Outcome<Setup>> {
    return this.call('GET', '/setup', readJson(parseSetup));
  }

  signOut(): Promise<Outcome<true>> {
    return this.call('DELETE', '/session', readNothing);
  }

  addRoom(room: NewRoom): Promise<Outcome<Room>> {
    return this.call('POST', '/rooms', readJson(parseRoom), room);
  }

  /** A new device credential for the room's PC: shown once, replaces the former. */
  enrol(id: RoomId): Promise<Outcome<string>> {
    return this.call('POST', `/rooms/${id}/device`, readJson(parseDeviceCredential));
  }

  watch(id: RoomId, signal: AbortSignal): Promise<Outcome<WatchTicket>> {
    return this.call('POST', `/rooms/${id}/watch`, readJson(parseWatchTicket), undefined, signal);
  }

  /** Any request of /api/v1; the pages beside the wall bring their own messages. */
  async call<T>(
    method: HttpRequest['method'],
    path: string,
    read: (body: string) => T | undefined,
    json?: object,
    signal?: AbortSignal,
  ): Promise<Outcome<T>> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (method !== 'GET' && this.csrf !== '') headers['X-CSRF-Token'] = this.csrf;
    if (json !== undefined) headers['Content-Type'] = 'application/json';
    const outcome = await send(
      {
        method,
        url: kBase + path,
        headers,
        // What is put is small, and is sent even when the page is being left.
        keepalive: method === 'PUT',
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(signal === undefined ? {} : { signal }),
      },
      read,
    );
    if (outcome.kind === 'error' && outcome.error.id === 'unauthenticated') this.onUnauthenticated();
    return outcome;
  }

  keepToken(outcome: Outcome<Session>): Outcome<Session> {
    if (outcome.kind === 'success') this.csrf = outcome.value.csrf;
    return outcome;
  }
}
