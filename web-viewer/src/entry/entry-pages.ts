// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson, readNothing, type HttpError } from '../lib/http';
import { kSignUps, parseSession, type Setup } from '../lib/protocol';
import { strings } from '../lib/strings';
import { errorWords, field, problemLine, valuesOf } from '../ui/form';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import '../signin/sign-in.css';
import { words } from './words';

export type EntryKind = 'sign-up' | 'recover' | 'set-up';
const kShortestPassword = 10;

/** The pages at the door: make an account, get a new password, set up a new school. */
@customElement('cc-entry')
export class EntryPages extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property() kind: EntryKind = 'sign-up';
  /** Somebody is signed in now. */
  @property({ attribute: false }) entered!: () => void;
  /** Back to the sign-in page. */
  @property({ attribute: false }) leave!: () => void;

  @state() private setup: Setup | undefined;
  @state() private problem = '';
  @state() private busy = false;
  @state() private done = false;

  /** The secret part of a one-time link; it stands behind # so that no server's log ever sees it. */
  @state() private token = '';

  override connectedCallback(): void {
    super.connectedCallback();
    void this.learn();
    this.takeToken();
    this.scope.listen(window, 'hashchange', () => this.takeToken());
  }

  override render(): TemplateResult {
    return html`<main class="sign-in" data-screen=${this.kind}>
      <form class="card" novalidate @submit=${this.submitted}>
        <div class="sign-in-brand">${icon('logo')}<span>${strings.product}</span></div>
        ${this.page()}
      </form>
    </main>`;
  }

  private page(): TemplateResult {
    if (this.kind === 'set-up') return this.setUp();
    if (this.kind === 'recover') return this.token === '' ? this.forgotten() : this.renewal();
    return this.setup?.signUp === 'closed' ? closed() : this.signUp();
  }

  /** The link works once: it does not stay in the address bar or in the history. */
  private takeToken(): void {
    const token = location.hash.slice(1);
    if (token === '') return;
    this.token = token;
    this.done = false;
    history.replaceState(null, '', location.pathname);
  }

  private async learn(): Promise<void> {
    const outcome = await this.api.setup();
    if (outcome.kind === 'success') this.setup = outcome.value;
  }

  private signUp(): TemplateResult {
    const t = words().signUp;
    const code = new URLSearchParams(location.search).get('invitation') ?? this.token;
    return html`<h1>${strings.screens.signUp}</h1>
      <p class="hint">${t.lead}</p>
      ${this.setup?.signUp === 'invitation' || code !== '' ? invitationField(code) : nothing}
      ${field({ name: 'name', label: t.name, hint: t.nameHint, autocomplete: 'username', maxlength: 64 })}
      ${field({ name: 'password', label: t.password, hint: t.passwordHint, ...kNewPassword })}
      ${field({ name: 'email', label: t.email, hint: t.emailHint, type: 'email', autocomplete: 'email', maxlength: 254 })}
      ${this.foot(t.submit)}`;
  }

  private forgotten(): TemplateResult {
    const t = words().recover;
    if (this.done)
      return html`<h1>${t.sentTitle}</h1>
        <p role="status">${t.sent}</p>
        ${backLink()}`;
    const mail = this.setup?.recovery !== 'administrator';
    return html`<h1>${t.askTitle}</h1>
      <p class="hint">${mail ? t.ask : t.askAdministrator}</p>
      ${
        mail
          ? html`${field({ name: 'name', label: words().recover.who, autocomplete: 'username', maxlength: 254 })}
            ${this.foot(t.send)}`
          : backLink()
      }`;
  }

  private renewal(): TemplateResult {
    const t = words().recover;
    if (this.done)
      return html`<h1>${t.title}</h1>
        <p role="status" data-done>${t.done}</p>
        ${backLink()}`;
    return html`<h1>${t.title}</h1>
      <p class="hint">${t.lead}</p>
      ${field({ name: 'password', label: words().signUp.password, hint: words().signUp.passwordHint, ...kNewPassword })}
      ${this.foot(t.submit)}`;
  }

  private setUp(): TemplateResult {
    const t = words().setUp;
    return html`<h1>${strings.screens.setUp}</h1>
      <p class="hint">${t.lead}</p>
      ${field({ name: 'school', label: t.school, maxlength: 100, value: this.setup?.school ?? '' })}
      <fieldset class="choices-list">
        <legend>${t.signUp}</legend>
        ${kSignUps.map(
          (value) =>
            html`<label class="choice">
              <input type="radio" name="sign_up" value=${value} ?checked=${value === 'closed'} />${t.signUps[value]}
            </label>`,
        )}
      </fieldset>
      ${field({ name: 'password', label: t.password, hint: t.passwordHint, ...kNewPassword })} ${this.foot(t.submit)}`;
  }

  private foot(submit: string): TemplateResult {
    return html`${problemLine(this.problem)}
      <button class="button primary wide" ?disabled=${this.busy}>${submit}</button>
      ${this.kind === 'set-up' ? nothing : backLink()}`;
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    if (!this.busy) void this.submit(valuesOf(event));
  }

  private async submit(values: Readonly<Record<string, string>>): Promise<void> {
    const { password } = values;
    const optional = this.kind === 'set-up' && password === '';
    if (password !== undefined && !optional && Array.from(password).length < kShortestPassword) {
      this.problem = words().recover.short;
      return;
    }
    this.busy = true;
    this.problem = '';
    if (this.kind === 'sign-up') await this.sendSignUp(values);
    else if (this.kind === 'set-up') await this.sendSetUp(values);
    else await this.sendRecovery(values);
    this.busy = false;
  }

  private async sendSignUp({ name, password, email, invitation }: Readonly<Record<string, string>>): Promise<void> {
    const body = { name, password, ...kept({ email, invitation }) };
    const outcome = this.api.keepToken(await this.api.call('POST', '/account', readJson(parseSession), body));
    if (outcome.kind === 'success') this.entered();
    if (outcome.kind === 'error') this.problem = signUpProblem(outcome.error);
  }

  private async sendRecovery({ name, password }: Readonly<Record<string, string>>): Promise<void> {
    const outcome =
      this.token === ''
        ? await this.api.call('POST', '/recovery', readNothing, { name })
        : await this.api.call('PUT', '/recovery', readNothing, { token: this.token, password });
    this.done = outcome.kind === 'success';
    if (outcome.kind === 'error') this.problem = recoveryProblem(outcome.error);
  }

  private async sendSetUp({ school, sign_up, password }: Readonly<Record<string, string>>): Promise<void> {
    const outcome = await this.api.call('POST', '/setup', readNothing, { school, sign_up, ...kept({ password }) });
    // Somebody else may have finished it meanwhile.
    const over = outcome.kind === 'error' && outcome.error.status === 409;
    if (outcome.kind === 'success' || over) this.entered();
    else if (outcome.kind === 'error') this.problem = errorWords(outcome.error);
  }
}

const kNewPassword = { type: 'password', autocomplete: 'new-password', maxlength: 256 } as const;

/** Without what was left empty. */
function kept(values: Readonly<Record<string, string | undefined>>): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}

function invitationField(value: string): TemplateResult {
  const t = words().signUp;
  return field({ name: 'invitation', label: t.invitation, hint: t.invitationHint, value, maxlength: 64 });
}

function closed(): TemplateResult {
  const t = words().signUp;
  return html`<h1>${t.closedTitle}</h1>
    <p>${t.closed}</p>
    ${backLink()}`;
}

function backLink(): TemplateResult {
  return html`<p class="other-ways"><a href="/">${words().signUp.back}</a></p>`;
}

function signUpProblem(error: HttpError): string {
  const t = words().signUp;
  return error.status === 409 ? t.taken : error.status === 404 ? t.wrongCode : errorWords(error);
}

function recoveryProblem(error: HttpError): string {
  return error.status === 404 ? words().recover.expired : errorWords(error);
}
