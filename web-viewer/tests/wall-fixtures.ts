// SPDX-License-Identifier: MIT
import { vi } from 'vitest';
import { Api } from '../src/lib/api';
import { now } from '../src/lib/clock';
import { EventsClient, type Socket } from '../src/lib/events';
import type { Room } from '../src/lib/protocol';
import { RoomStore } from '../src/lib/rooms';
import { Scope } from '../src/lib/scope';
import type { UserDocument } from '../src/lib/user-document';
import { Shown } from '../src/wall/shown';
import { WallModel } from '../src/wall/wall-model';
import { WallSettings } from '../src/wall/wall-settings';
import { FakeRelay } from './fake-relay';

class QuietSocket extends EventTarget implements Socket {
  send(): void {
    throw new Error('the wall asks nothing by this channel');
  }

  close(): void {
    this.dispatchEvent(new Event('closed'));
  }
}

/** A document that lives as long as the test. */
export function memoryDocument(kept?: unknown): UserDocument & { kept: unknown } {
  const document = {
    kept,
    load: () => document.kept,
    save: (value: unknown) => void (document.kept = JSON.parse(JSON.stringify(value)) as unknown),
  };
  return document;
}

/** A wall without page, server and relay; `tell` is what the server would say. */
export function wallSetUp(...told: Room[]) {
  const scope = new Scope();
  const relay = new FakeRelay();
  const api = new Api();
  vi.spyOn(api, 'watch').mockImplementation(() => relay.ticket());
  const rooms = new RoomStore();
  const events = new EventsClient(scope, {
    openSocket: () => new QuietSocket(),
    onSessionEnded: () => undefined,
    onRefused: () => undefined,
  });
  const tell = (...all: Room[]): void => {
    events.heardMs = now();
    rooms.apply({ type: 'rooms', nowMs: now(), rooms: all });
  };
  const wall = new WallModel(scope, api, relay, rooms, events);
  const settings = new WallSettings(memoryDocument());
  tell(...told);
  const shown = new Shown(scope, wall, settings);
  return { scope, relay, wall, settings, shown, tell };
}
