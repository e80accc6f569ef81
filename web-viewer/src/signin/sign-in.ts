// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import type { HttpError } from '../lib/http';
import type { Setup } from '../lib/protocol';
import { strings } from '../lib/strings';
import { field } from '../ui/form';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { signInProblem } from './sign-in-problem';
import './sign-in.css';

@customElement('cc-sign-in')
export class SignIn extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) signIn!: (
    name: string,
    password: string,
    code?: string,
  ) => Promise<HttpError | undefined>;
  /** A session ended by itself: say so. */
  @property({ type: Boolean }) ended = false;

  @state() private problem = '';
  @state() private busy = false;
  /** The account asks for a one-time code as well. */
  @state() private codeAsked = false;
  @state() private setup: Setup | undefined;
  @state() private password: 'hidden' | 'shown' = 'hidden';

  override render(): TemplateResult {
    const t = strings.signIn;
    return html`<main class="sign-in" data-screen="sign-in">
      <form class="card" novalidate @submit=${this.submitted}>
        <div class="sign-in-brand">${icon('logo')}<span>${strings.product}</span></div>
        <h1>${t.title}</h1>
        <p class="hint">${this.lead()}</p>
        <label class="field">
          <span>${t.name}</span>
          <input
            name="name"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            autofocus
            maxlength="128"
          />
        </label>
        ${this.passwordField()} ${this.codeAsked ? codeField() : nothing}
        <p class="problem" role="alert" ?hidden=${this.problem === ''} data-problem>${this.problem}</p>
        <button class="button primary wide" ?disabled=${this.busy}>${this.busy ? t.busy : t.submit}</button>
        ${this.otherWays()}
      </form>
    </main>`;
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLInputElement>('input[name="name"]')?.focus();
    void this.learn();
  }

  /** An older or unreachable server only costs the links. */
  private async learn(): Promise<void> {
    const outcome = await this.api.setup();
    if (outcome.kind === 'success') this.setup = outcome.value;
  }

  private lead(): string {
    const t = strings.signIn;
    if (this.ended) return t.ended;
    if (this.setup?.done === false) return t.first;
    return this.setup === undefined || this.setup.school === '' ? t.lead : this.setup.school;
  }

  private otherWays(): TemplateResult | typeof nothing {
    const { setup } = this;
    if (setup?.done !== true) return nothing;
    return html`<p class="other-ways">
      <a href="/recover">${strings.signIn.recover}</a>
      ${setup.signUp === 'closed' ? nothing : html`<a href="/sign-up">${strings.signIn.signUp}</a>`}
    </p>`;
  }

  private passwordField(): TemplateResult {
    const t = strings.signIn;
    const shown = this.password === 'shown';
    const label = shown ? t.hide : t.show;
    return html`<div class="field">
      <label for="password">${t.password}</label>
      <span class="with-button">
        <input
          id="password"
          name="password"
          type=${shown ? 'text' : 'password'}
          autocomplete="current-password"
          maxlength="1024"
        />
        <button
          type="button"
          class="icon-button"
          aria-label=${label}
          title=${label}
          aria-pressed=${shown ? 'true' : nothing}
          @click=${() => (this.password = shown ? 'hidden' : 'shown')}
        >
          ${icon('eye')}
        </button>
      </span>
    </div>`;
  }

  private async submit(name: string, password: string): Promise<void> {
    this.busy = true;
    this.problem = '';
    const error = await this.signIn(name, password, this.code());
    this.busy = false;
    if (error === undefined) return;
    await this.refused(error);
  }

  private async refused(error: HttpError): Promise<void> {
    const asked = error.id === 'code-required';
    // The first time the code is only asked for; after that it was wrong.
    this.problem = asked ? (this.code() === undefined ? '' : strings.signIn.codeWrong) : signInProblem(error);
    this.codeAsked = this.codeAsked || asked;
    await this.updateComplete;
    this.querySelector<HTMLInputElement>(asked ? '#field-code' : '#password')?.select();
  }

  private code(): string | undefined {
    const typed = this.querySelector<HTMLInputElement>('#field-code')?.value.replaceAll(/\s/g, '') ?? '';
    return typed === '' ? undefined : typed;
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    if (this.busy) return;
    const name = this.querySelector<HTMLInputElement>('input[name="name"]')?.value.trim() ?? '';
    const password = this.querySelector<HTMLInputElement>('#password')?.value ?? '';
    if (name === '' || password === '') this.problem = strings.signIn.missing;
    else void this.submit(name, password);
  }
}

function codeField(): TemplateResult {
  const { code, codeHint } = strings.signIn;
  return field({ name: 'code', label: code, hint: codeHint, autocomplete: 'one-time-code', inputmode: 'numeric' });
}
