// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { Scope } from '../lib/scope';
import { Settings } from '../lib/settings';
import { strings } from '../lib/strings';
import { deviceStorage } from '../lib/user-document';
import '../rooms/add-room';
import type { AddRoom } from '../rooms/add-room';
import '../signin/sign-in';
import '../ui/confirm';
import { followLanguage } from '../ui/language';
import type { LocalRecording } from '../recording/local-recording';
import type { RecordDialog } from '../recording/record-dialog';
import { RecordEvent } from '../recording/record-event';
import { LightElement } from '../ui/light-element';
import { followTheme } from '../ui/theme';
import { Announcer } from '../wall/announcer';
import { SayEvent } from '../ui/say-event';
import '../wall/wall';
import './app.css';
import { AppModel, type Workspace } from './app-model';
import { header } from './header';
import './help';
import type { Help } from './help';
import { LazyParts, type Part } from './lazy';
import { failed, loading, notAllowed, partSkeleton, notFound, unreachable } from './messages';
import { Router, type Place } from './router';
import { titleOf } from './titles';

const kToastMs = 6_000;

/** The whole page: who is signed in decides what it shows, the address decides which screen. */
@customElement('cc-app')
export class App extends LightElement {
  /** What the one live region says. */
  @state() private spoken = '';
  @state() private toast = '';
  @state() private signOutProblem = '';

  private readonly page = new Scope();
  private readonly settings = new Settings(deviceStorage());
  private readonly model = new AppModel(this.page, this.settings);
  private readonly router = new Router(this.page);
  private readonly lazy = new LazyParts();
  private announced: Workspace | undefined;
  private shownPath = location.pathname;
  private cancelToast: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    followTheme(this.page, this.settings);
    followLanguage(this.page, this.settings);
    this.settings.changed.subscribe(this.page, () => this.settingsChanged());
    this.router.changed.subscribe(this.page, () => this.moved());
    this.lazy.changed.subscribe(this.page, () => this.requestUpdate());
    this.model.changed.subscribe(this.page, () => this.modelChanged());
    this.page.listen(window, 'pagehide', () => this.left());
    this.page.listen(window, 'online', () => this.model.workspace?.events.hurry());
    this.page.listen(this, SayEvent.kType, (event: SayEvent) => this.say(event));
    this.page.listen(this, RecordEvent.kType, (event: RecordEvent) => void this.record(event));
    this.page.listen(document, 'keydown', (event: KeyboardEvent) => this.keyPressed(event));
    void this.model.start();
  }

  override render(): TemplateResult {
    // A new language writes everything anew; models, and so the rooms that play, stay.
    return html`${keyed(strings, html`${this.screen()}<cc-help></cc-help><cc-confirm></cc-confirm>`)}
      <div class="visually-hidden" role="status" aria-live="polite" data-announcer>${this.spoken}</div>`;
  }

  protected override updated(): void {
    document.title = titleOf(this.router.place, this.model);
  }

  private screen(): TemplateResult {
    const { stage, workspace } = this.model;
    const { place } = this.router;
    if (stage === 'checking') return loading(strings.start.checking);
    if (stage === 'unreachable') return unreachable(() => void this.model.start());
    if (place.screen === 'sign-up' || place.screen === 'recover') return this.entry(place.screen);
    if (stage === 'signed-out' || workspace === undefined) return this.signIn();
    if (place.screen === 'set-up') return this.entry('set-up');
    return html`${this.header(workspace, place)}
      <main id="rooms" class="main" tabindex="-1" data-screen=${place.screen}>${this.body(workspace, place)}</main>
      <cc-add-room .api=${this.model.api}></cc-add-room>
      <cc-record .api=${this.model.api} .workspace=${workspace}></cc-record>`;
  }

  private body(workspace: Workspace, place: Place): TemplateResult {
    const admin = workspace.session.user.role === 'admin';
    switch (place.screen) {
      case 'wall':
        return this.wall(workspace, admin);
      case 'room':
        return this.fetched('room', () => this.room(workspace, place));
      case 'library':
        return this.fetched('library', () => this.library(workspace));
      case 'recording':
        return this.fetched('recording', () => this.recordingPage(workspace, place.recording));
      case 'account':
        return this.fetched('account', () => html`<cc-account .api=${this.model.api}></cc-account>`);
      case 'admin':
        return admin ? this.fetched('admin', () => this.admin(workspace, place)) : notAllowed();
      default:
        return notFound();
    }
  }

  private room(workspace: Workspace, place: Place & { screen: 'room' }): TemplateResult {
    const page = html`<cc-room .api=${this.model.api} .workspace=${workspace} .room=${place.room}></cc-room>`;
    return html`${keyed(place.room, page)}`;
  }

  private library(workspace: Workspace): TemplateResult {
    const page = html`<cc-library .api=${this.model.api} .workspace=${workspace}></cc-library>`;
    return html`${keyed(location.search, page)}`;
  }

  private recordingPage(workspace: Workspace, id: string): TemplateResult {
    const page = html`<cc-recording .api=${this.model.api} .workspace=${workspace} .recording=${id}></cc-recording>`;
    return html`${keyed(id, page)}`;
  }

  private admin(workspace: Workspace, place: Place & { screen: 'admin' }): TemplateResult {
    return html`<cc-admin
      .api=${this.model.api}
      .rooms=${workspace.rooms}
      .page=${place.page}
      .addRoom=${this.addRoom}
    ></cc-admin>`;
  }

  /** Fetches the part's code when it is first needed. */
  private fetched(part: Part, render: () => TemplateResult): TemplateResult {
    const ready = this.lazy.state(part);
    return ready === 'ready' ? render() : ready === 'failed' ? failed() : partSkeleton(part);
  }

  private signIn(): TemplateResult {
    return html`<cc-sign-in
      .api=${this.model.api}
      .signIn=${(name: string, password: string, code?: string) => this.model.signIn(name, password, code)}
      .ended=${this.model.ended}
    ></cc-sign-in>`;
  }

  private entry(kind: string): TemplateResult {
    return this.fetched('entry', () => {
      return html`<cc-entry
        .api=${this.model.api}
        .kind=${kind}
        .entered=${() => this.entered()}
        .leave=${() => this.router.replace('/')}
      ></cc-entry>`;
    });
  }

  private header(workspace: Workspace, place: Place): TemplateResult {
    return header({
      session: workspace.session,
      settings: this.settings,
      wall: place.screen === 'wall',
      counts: workspace.wall.counts(),
      link: workspace.events.link,
      silentMs: workspace.events.silentMs,
      covered: workspace.wall.full !== undefined,
      toast: this.toast,
      addRoom: workspace.session.user.role === 'admin' ? this.addRoom : undefined,
      showHelp: this.showHelp,
      signOut: () => void this.signOut(),
      signOutProblem: this.signOutProblem,
    });
  }

  private wall(workspace: Workspace, admin: boolean): TemplateResult {
    return html`<cc-wall
      .wall=${workspace.wall}
      .shown=${workspace.shown}
      .expected=${workspace.expected.count}
      .settings=${workspace.settings}
      .tour=${workspace.tour}
      .device=${this.settings}
      .note=${this.toast}
      .local=${workspace.local}
      .rewinds=${workspace.rewinds}
      .addRoom=${admin ? this.addRoom : undefined}
    ></cc-wall>`;
  }

  /** Signed up, or the first set-up is over. */
  private entered(): void {
    this.router.replace('/');
    void this.model.start();
  }

  /** The page goes: sessions at the relay end, and what was chosen last is kept. */
  private left(): void {
    this.model.workspace?.wall.closeAll();
    void this.model.workspace?.document.flush();
  }

  /** To the top of the new screen, where a reader of any kind begins. */
  private moved(): void {
    const path = location.pathname;
    this.requestUpdate();
    if (path === this.shownPath) return;
    this.shownPath = path;
    for (const popover of this.querySelectorAll<HTMLElement>('[popover]:popover-open')) popover.hidePopover();
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#rooms')?.focus());
  }

  private modelChanged(): void {
    const { workspace } = this.model;
    if (workspace !== undefined && workspace !== this.announced) this.welcome(workspace);
    this.announced = workspace;
    this.requestUpdate();
  }

  private welcome(workspace: Workspace): void {
    workspace.wall.setSoundMode(this.settings.sound);
    workspace.rooms.changed.subscribe(workspace.scope, () => this.requestUpdate());
    workspace.wall.changed.subscribe(workspace.scope, () => this.requestUpdate());
    workspace.rewinds.liveAgain.subscribe(workspace.scope, () => {
      this.dispatchEvent(new SayEvent(strings.rewind.liveAgain));
    });
    workspace.local.ended.subscribe(workspace.scope, (recording) => this.localEnded(recording));
    workspace.scope.interval(1_000, () => this.requestUpdate());
    new Announcer(workspace.scope, workspace.wall, workspace.shown, (text) => (this.spoken = text));
    if (this.model.unfinished && this.router.place.screen !== 'set-up') this.router.replace('/set-up');
  }

  private settingsChanged(): void {
    this.model.workspace?.wall.setSoundMode(this.settings.sound);
    this.requestUpdate();
  }

  private keyPressed(event: KeyboardEvent): void {
    const typing = event.target instanceof Element && event.target.closest('input, select, textarea, dialog') !== null;
    if (event.key === '?' && !typing && this.settings.shortcuts === 'on') this.showHelp();
  }

  private say({ text, how }: SayEvent): void {
    this.spoken = text;
    if (how === 'spoken') return;
    this.toast = text;
    this.cancelToast();
    this.cancelToast = this.page.timeout(kToastMs, () => (this.toast = ''));
  }

  /** A room that is recorded already, or may not be by this person, is asked about. */
  private async record({ room, act }: RecordEvent): Promise<void> {
    const { workspace } = this.model;
    const of = workspace?.rooms.get(room);
    if (workspace === undefined || of === undefined) return;
    const desk = await import('../recording/record-desk');
    const said = act === 'start' ? await desk.startAtOnce(this.model.api, of) : 'ask';
    if (said === 'ask') await this.querySelector<RecordDialog>('cc-record')?.ask(room);
    else this.dispatchEvent(new SayEvent(said));
  }

  private localEnded(recording: LocalRecording): void {
    const { recording: words } = strings;
    const { end, file } = recording;
    if (end === 'stopped') this.dispatchEvent(new SayEvent(words.localSaved(file)));
    if (end === 'interrupted') this.dispatchEvent(new SayEvent(words.localInterrupted(file)));
    if (end === 'failed') this.dispatchEvent(new SayEvent(words.localFailed));
  }

  private readonly showHelp = (): void => this.querySelector<Help>('cc-help')?.show();
  private readonly addRoom = (): void => this.querySelector<AddRoom>('cc-add-room')?.show();

  private async signOut(): Promise<void> {
    this.signOutProblem = '';
    if ((await this.model.signOut()) === 'failed') this.signOutProblem = strings.header.signOutFailed;
    else this.router.replace('/');
  }
}
