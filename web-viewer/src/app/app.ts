// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { keyed } from 'lit/directives/keyed.js';
import { kRoomStates, type RoomState } from '../lib/protocol';
import { Scope } from '../lib/scope';
import { Settings } from '../lib/settings';
import { strings } from '../lib/strings';
import { deviceStorage } from '../lib/user-document';
import '../rooms/add-room';
import type { AddRoom } from '../rooms/add-room';
import '../signin/sign-in';
import { followLanguage } from '../ui/language';
import { LightElement } from '../ui/light-element';
import { followTheme } from '../ui/theme';
import { Announcer } from '../wall/announcer';
import { SayEvent } from '../wall/tile-event';
import '../wall/wall';
import './app.css';
import { AppModel, type Workspace } from './app-model';
import { header } from './header';
import './help';
import type { Help } from './help';
import { Router } from './router';

/** The whole page: who is signed in decides what it shows, the address decides which screen. */
@customElement('cc-app')
export class App extends LightElement {
  /** What the one live region says. */
  @state() private spoken = '';

  @state() private signOutProblem = '';

  private readonly page = new Scope();
  private readonly model = new AppModel(this.page);
  private readonly router = new Router(this.page);
  private readonly settings = new Settings(deviceStorage());
  private announced: Workspace | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const refresh = (): void => this.requestUpdate();
    followTheme(this.page, this.settings);
    followLanguage(this.page, this.settings);
    this.settings.changed.subscribe(this.page, () => this.settingsChanged());
    this.router.changed.subscribe(this.page, refresh);
    this.model.changed.subscribe(this.page, () => this.modelChanged());
    this.page.listen(window, 'pagehide', () => this.model.workspace?.wall.closeAll());
    this.page.listen(window, 'online', () => this.model.workspace?.events.hurry());
    this.page.listen(this, SayEvent.kType, (event: SayEvent) => (this.spoken = event.text));
    this.page.listen(document, 'keydown', (event: KeyboardEvent) => this.keyPressed(event));
    void this.model.start();
  }

  override render(): TemplateResult {
    // A new language writes everything anew; models, and so the rooms that play, stay.
    return html`${keyed(strings, html`${this.screen()}<cc-help></cc-help>`)}
      <div class="visually-hidden" role="status" aria-live="polite" data-announcer>${this.spoken}</div>`;
  }

  private screen(): TemplateResult {
    const { stage, workspace } = this.model;
    if (stage === 'checking') return message(strings.start.checking);
    if (stage === 'unreachable') return this.unreachable();
    if (stage === 'signed-out' || workspace === undefined) return this.signIn();
    return this.router.screen === 'wall' ? this.wall(workspace) : this.notFound();
  }

  private signIn(): TemplateResult {
    return html`<cc-sign-in
      .signIn=${(name: string, password: string) => this.model.signIn(name, password)}
      .ended=${this.model.ended}
    ></cc-sign-in>`;
  }

  private wall(workspace: Workspace): TemplateResult {
    const admin = workspace.session.user.role === 'admin';
    const covered = workspace.wall.full !== undefined;
    return html`${header({
        session: workspace.session,
        settings: this.settings,
        counts: counts(workspace),
        link: workspace.events.link,
        silentMs: workspace.events.silentMs,
        covered,
        addRoom: admin ? this.addRoom : undefined,
        showHelp: this.showHelp,
        signOut: () => void this.signOut(),
        signOutProblem: this.signOutProblem,
      })}
      <main id="rooms" class="main" tabindex="-1">
        <cc-wall
          .wall=${workspace.wall}
          .shown=${workspace.shown}
          .settings=${workspace.settings}
          .tour=${workspace.tour}
          .device=${this.settings}
          .addRoom=${admin ? this.addRoom : undefined}
        ></cc-wall>
      </main>
      ${admin ? html`<cc-add-room .api=${this.model.api}></cc-add-room>` : nothing}`;
  }

  private unreachable(): TemplateResult {
    const { start } = strings;
    return html`<main class="message" data-screen="unreachable">
      <h1>${start.unreachableTitle}</h1>
      <p>${start.unreachable}</p>
      <button class="button primary" @click=${() => void this.model.start()}>${start.again}</button>
    </main>`;
  }

  private notFound(): TemplateResult {
    const { start } = strings;
    return html`<main class="message" data-screen="not-found">
      <h1>${start.notFoundTitle}</h1>
      <p>${start.notFound}</p>
      <a class="button primary" href="/" @click=${this.router.follow}>${start.toWall}</a>
    </main>`;
  }

  private modelChanged(): void {
    const { workspace } = this.model;
    if (workspace !== undefined && workspace !== this.announced) {
      workspace.wall.setSoundMode(this.settings.sound);
      workspace.rooms.changed.subscribe(workspace.scope, () => this.requestUpdate());
      workspace.wall.changed.subscribe(workspace.scope, () => this.requestUpdate());
      workspace.scope.interval(1_000, () => this.requestUpdate());
      new Announcer(workspace.scope, workspace.wall, workspace.shown, (text) => (this.spoken = text));
    }
    this.announced = workspace;
    this.requestUpdate();
  }

  private settingsChanged(): void {
    this.model.workspace?.wall.setSoundMode(this.settings.sound);
    this.requestUpdate();
  }

  private keyPressed(event: KeyboardEvent): void {
    const typing = event.target instanceof Element && event.target.closest('input, select, textarea, dialog') !== null;
    if (event.key === '?' && !typing && this.settings.shortcuts === 'on') this.showHelp();
  }

  private readonly showHelp = (): void => this.querySelector<Help>('cc-help')?.show();
  private readonly addRoom = (): void => this.querySelector<AddRoom>('cc-add-room')?.show();

  private async signOut(): Promise<void> {
    this.signOutProblem = '';
    if ((await this.model.signOut()) === 'failed') this.signOutProblem = strings.header.signOutFailed;
  }
}

function counts(workspace: Workspace): ReadonlyMap<RoomState, number> {
  const result = new Map<RoomState, number>(kRoomStates.map((name) => [name, 0]));
  for (const room of workspace.rooms.sorted) {
    const { state: name } = workspace.wall.condition(room);
    result.set(name, (result.get(name) ?? 0) + 1);
  }
  return result;
}

function message(text: string): TemplateResult {
  return html`<main class="message quiet"><p>${text}</p></main>`;
}
