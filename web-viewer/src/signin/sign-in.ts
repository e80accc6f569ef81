// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { HttpError } from '../lib/http';
import { strings } from '../lib/strings';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { signInProblem } from './sign-in-problem';
import './sign-in.css';

@customElement('cc-sign-in')
export class SignIn extends LightElement {
  @property({ attribute: false }) signIn!: (name: string, password: string) => Promise<HttpError | undefined>;
  /** A session ended by itself: say so. */
  @property({ type: Boolean }) ended = false;

  @state() private problem = '';
  @state() private busy = false;
  @state() private password: 'hidden' | 'shown' = 'hidden';

  override render(): TemplateResult {
    const t = strings.signIn;
    return html`<main class="sign-in" data-screen="sign-in">
      <form class="card" novalidate @submit=${this.submitted}>
        <div class="sign-in-brand">${icon('logo')}<span>${strings.product}</span></div>
        <h1>${t.title}</h1>
        <p class="hint">${this.ended ? t.ended : t.lead}</p>
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
        ${this.passwordField()}
        <p class="problem" role="alert" ?hidden=${this.problem === ''} data-problem>${this.problem}</p>
        <button class="button primary wide" ?disabled=${this.busy}>${this.busy ? t.busy : t.submit}</button>
      </form>
    </main>`;
  }

  protected override firstUpdated(): void {
    this.querySelector<HTMLInputElement>('input[name="name"]')?.focus();
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
    const error = await this.signIn(name, password);
    this.busy = false;
    if (error === undefined) return;
    this.problem = signInProblem(error);
    await this.updateComplete;
    this.querySelector<HTMLInputElement>('#password')?.select();
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
