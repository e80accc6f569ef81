// SPDX-License-Identifier: MIT
import { Api } from '../lib/api';
import { Emitter } from '../lib/emitter';
import { EventsClient, openEventSocket } from '../lib/events';
import type { HttpError, Outcome } from '../lib/http';
import type { Session } from '../lib/protocol';
import { RetryPolicy } from '../lib/retry';
import { RoomStore } from '../lib/rooms';
import type { Scope } from '../lib/scope';
import type { Settings } from '../lib/settings';
import { kBrowserTransport } from '../live/transport';
import { ServerDocument } from '../lib/server-document';
import { deviceStorage, localDocument } from '../lib/user-document';
import { LocalRecordings } from '../recording/local-recordings';
import { Rewinds } from '../rewind/rewinds';
import { ExpectedRooms } from '../wall/expected-rooms';
import { Shown } from '../wall/shown';
import { Tour } from '../wall/tour';
import { WallModel } from '../wall/wall-model';
import { WallSettings } from '../wall/wall-settings';

export type Stage = 'checking' | 'unreachable' | 'signed-out' | 'signed-in';

/** What exists only while somebody is signed in; ends with the session. */
export interface Workspace {
  readonly scope: Scope;
  readonly session: Session;
  readonly rooms: RoomStore;
  readonly events: EventsClient;
  readonly wall: WallModel;
  readonly settings: WallSettings;
  readonly shown: Shown;
  readonly expected: ExpectedRooms;
  readonly tour: Tour;
  /** View, groups and layouts of this person. */
  readonly document: ServerDocument;
  /** What this browser records itself. */
  readonly local: LocalRecordings;
  /** Rooms that show their past. */
  readonly rewinds: Rewinds;
  /** This device's preferences; they outlive the session. */
  readonly device: Settings;
}

/** Who is signed in, and what follows from it. The address stays as it is: signing in continues where one was. */
export class AppModel {
  readonly changed = new Emitter();
  readonly api = new Api();
  stage: Stage = 'checking';
  /** True when a session ended by itself, so that the sign-in page can say so. */
  ended = false;
  /** The first set-up waits for this administrator. */
  unfinished = false;
  workspace: Workspace | undefined;

  private readonly retry = new RetryPolicy();
  private cancelRetry: () => void = () => undefined;

  constructor(
    private readonly scope: Scope,
    private readonly device: Settings,
  ) {
    this.api.onUnauthenticated = () => this.sessionEnded();
    scope.add(() => this.workspace?.scope.close());
  }

  /** Finds out whether this browser is signed in already; keeps asking while the server does not answer. */
  async start(): Promise<void> {
    this.cancelRetry();
    const outcome = await this.api.session();
    if (this.scope.closed) return;
    if (outcome.kind === 'success') await this.welcome(outcome.value);
    else if (outcome.kind === 'error' && outcome.error.status === 401) this.set('signed-out');
    else {
      this.set('unreachable');
      this.cancelRetry = this.scope.timeout(this.retry.nextMs(), () => void this.start());
    }
  }

  /** undefined: signed in. */
  async signIn(name: string, password: string, code?: string): Promise<HttpError | undefined> {
    const outcome = await this.api.signIn(name, password, code);
    if (outcome.kind === 'success') await this.welcome(outcome.value);
    return outcome.kind === 'error' ? outcome.error : undefined;
  }

  async signOut(): Promise<'done' | 'failed'> {
    await this.workspace?.document.flush();
    const outcome: Outcome<true> = await this.api.signOut();
    const gone = outcome.kind === 'error' && outcome.error.status === 401;
    if (outcome.kind !== 'success' && !gone) return 'failed';
    this.ended = false;
    this.leave();
    return 'done';
  }

  /** An administrator of a new school goes to the set-up first. */
  private async welcome(session: Session): Promise<void> {
    this.unfinished = false;
    if (session.user.role === 'admin') {
      const setup = await this.api.setup();
      this.unfinished = setup.kind === 'success' && !setup.value.done;
    }
    this.enter(session);
  }

  private enter(session: Session): void {
    this.retry.reset();
    this.ended = false;
    this.workspace?.scope.close();
    const scope = this.scope.child();
    const rooms = new RoomStore();
    const events = new EventsClient(scope, {
      openSocket: openEventSocket,
      onSessionEnded: () => this.sessionEnded(),
      onRefused: () => void this.checkSession(),
    });
    events.event.subscribe(scope, (event) => rooms.apply(event));
    const wall = new WallModel(scope, this.api, kBrowserTransport, rooms, events);
    const kept = (part?: string) => localDocument(deviceStorage(), session.user.id, part);
    const document = new ServerDocument(scope, this.api, kept(), 'wall', kept('.unsent'));
    const settings = new WallSettings(document);
    document.arrived.subscribe(scope, () => settings.reload());
    const shown = new Shown(scope, wall, settings);
    const expected = new ExpectedRooms(scope, rooms, shown, kept('.rooms'));
    const tour = new Tour(scope, wall, shown);
    const local = new LocalRecordings(scope, wall);
    const rewinds = new Rewinds(scope, this.api, wall);
    const { device } = this;
    this.workspace = {
      scope,
      session,
      rooms,
      events,
      wall,
      settings,
      shown,
      expected,
      tour,
      document,
      local,
      rewinds,
      device,
    };
    events.start();
    void document.start();
    this.set('signed-in');
  }

  private async checkSession(): Promise<void> {
    const { workspace } = this;
    const outcome = await this.api.session();
    if (this.workspace !== workspace) return;
    if (outcome.kind === 'error' && outcome.error.status === 401) this.sessionEnded();
  }

  private sessionEnded(): void {
    if (this.workspace === undefined) return;
    this.ended = true;
    this.leave();
  }

  private leave(): void {
    this.workspace?.scope.close();
    this.workspace = undefined;
    this.set('signed-out');
  }

  private set(stage: Stage): void {
    this.stage = stage;
    this.changed.emit();
  }
}
