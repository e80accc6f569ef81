// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import { parseAccount, type Account } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import { field, problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import { sectionSkeleton } from '../ui/skeleton';
import '../ui/page.css';
import './codes';
import './sessions';
import './tokens';
import { words } from './words';

/** One's own account: address, password, codes, sessions, tokens. */
@customElement('cc-account')
export class AccountPage extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private account: Account | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const { account } = this;
    const changed = (): void => void this.load();
    const wait = (lines: number): ReturnType<typeof this.waiting> =>
      this.waiting(sectionSkeleton(strings.screens.loading, lines));
    return html`<div class="page narrow">
      <h1>${strings.screens.account}</h1>
      ${account === undefined ? html`${problemLine(this.problem)}${wait(7)}` : this.profile(account)}
      <cc-password .api=${this.api}></cc-password>
      ${account === undefined ? wait(3) : html`<cc-codes .api=${this.api} .on=${account.totp} @cc-changed=${changed}></cc-codes>`}
      <cc-sessions .api=${this.api}></cc-sessions>
      <cc-tokens .api=${this.api}></cc-tokens>
    </div>`;
  }

  private profile(account: Account): TemplateResult {
    const t = words();
    return html`<section class="page-section">
      <h2>${account.name} <span class="hint">${strings.role[account.role]}</span></h2>
      <form class="page-form" data-form="profile" @submit=${this.save}>
        ${field({
          name: 'email',
          label: t.email,
          hint: t.emailHint,
          type: 'email',
          value: account.email,
          autocomplete: 'email',
          maxlength: 254,
        })}
        ${problemLine(this.problem)}
        <div class="dialog-buttons"><button class="button primary" ?disabled=${this.busy}>${strings.save}</button></div>
      </form>
    </section>`;
  }

  private async load(): Promise<void> {
    const account = await this.tried(this.api.call('GET', '/account', readJson(parseAccount)));
    if (account !== undefined) this.account = account;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { email } = valuesOf(event);
    const account = await this.tried(
      this.api.call('PATCH', '/account', readJson(parseAccount), { email }),
      strings.saved,
    );
    if (account !== undefined) this.account = account;
  }
}

@customElement('cc-password')
export class PasswordForm extends PageElement {
  @property({ attribute: false }) api!: Api;

  override render(): TemplateResult {
    const t = words();
    return html`<section class="page-section">
      <h2>${t.passwordTitle}</h2>
      <form class="page-form" data-form="password" @submit=${this.save}>
        ${field({ name: 'old', label: t.old, type: 'password', autocomplete: 'current-password', required: true })}
        ${field({
          name: 'new',
          label: t.fresh,
          hint: t.freshHint,
          type: 'password',
          autocomplete: 'new-password',
          minlength: 10,
          maxlength: 256,
          required: true,
        })}
        ${problemLine(this.problem)}
        <div class="dialog-buttons"><button class="button primary" ?disabled=${this.busy}>${t.change}</button></div>
      </form>
    </section>`;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const { old, new: fresh } = valuesOf(event);
    const request = this.api.call('POST', '/account/password', readNothing, { old, new: fresh });
    if (await this.tried(request, words().changed)) form.reset();
  }
}
