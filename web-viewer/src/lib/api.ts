// SPDX-License-Identifier: MIT
import { readJson, readNothing, send, type HttpRequest, type Outcome } from './http';
import {
  parseDeviceCredential,
  parseRoom,
  parseSession,
  parseWatchTicket,
  type Room,
  type RoomId,
  type Session,
  type WatchTicket,
} from './protocol';

const kBase = '/api/v1';

/** The requests of docs/ref/protocol.md §6. Holds the CSRF token of the session that it opened or found. */
export class Api {
  private csrf = '';

  /** Called when the server says that nobody is signed in (any more). */
  onUnauthenticated: () => void = () => undefined;

  async signIn(name: string, password: string): Promise<Outcome<Session>> {
    return this.keepToken(await this.call('POST', '/session', readJson(parseSession), { name, password }));
  }

  async session(): Promise<Outcome<Session>> {
    return this.keepToken(await this.call('GET', '/session', readJson(parseSession)));
  }

  signOut(): Promise<Outcome<true>> {
    return this.call('DELETE', '/session', readNothing);
  }

  addRoom(id: RoomId, name: string): Promise<Outcome<Room>> {
    return this.call('POST', '/rooms', readJson(parseRoom), { id, name });
  }

  /** A new device credential for the room's PC: shown once, replaces the former. */
  enrol(id: RoomId): Promise<Outcome<string>> {
    return this.call('POST', `/rooms/${id}/device`, readJson(parseDeviceCredential));
  }

  async watch(id: RoomId, signal: AbortSignal): Promise<Outcome<WatchTicket>> {
    const outcome = await this.call('POST', `/rooms/${id}/watch`, readJson(parseWatchTicket), undefined, signal);
    if (outcome.kind === 'error' && outcome.error.id === 'unauthenticated') this.onUnauthenticated();
    return outcome;
  }

  private call<T>(
    method: HttpRequest['method'],
    path: string,
    read: (body: string) => T | undefined,
    json?: object,
    signal?: AbortSignal,
  ): Promise<Outcome<T>> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (method !== 'GET' && this.csrf !== '') headers['X-CSRF-Token'] = this.csrf;
    if (json !== undefined) headers['Content-Type'] = 'application/json';
    return send(
      {
        method,
        url: kBase + path,
        headers,
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(signal === undefined ? {} : { signal }),
      },
      read,
    );
  }

  private keepToken(outcome: Outcome<Session>): Outcome<Session> {
    if (outcome.kind === 'success') this.csrf = outcome.value.csrf;
    return outcome;
  }
}
