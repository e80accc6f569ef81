// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson } from '../lib/http';
import { parseMailTrial, type MailTrial } from '../lib/protocol/admin';
import { field, problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import { words } from './words';

/** Sends one mail and says whether the mail server took it; without a mail server it says how to name one. */
@customElement('cc-admin-mail-trial')
export class AdminMailTrial extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private mails: boolean | undefined;
  @state() private result: MailTrial | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.learn();
  }

  override render(): TemplateResult | typeof nothing {
    const t = words().mail;
    if (this.mails === undefined) return nothing;
    return html`<section class="page-section" data-mail=${this.mails}>
      <h2>${t.title}</h2>
      <p class="hint">${this.mails ? t.lead : t.off}</p>
      ${this.mails ? this.form() : nothing}
    </section>`;
  }

  private form(): TemplateResult {
    const t = words().mail;
    return html`<form class="page-form inline" data-form="mail" @submit=${this.send}>
        ${field({ name: 'to', label: t.to, type: 'email', autocomplete: 'email', maxlength: 254, required: true })}
        <button class="button" ?disabled=${this.busy}>${this.busy ? t.sending : t.send}</button>
      </form>
      ${problemLine(this.problem)}
      <p role="status" data-trial=${this.result === undefined ? nothing : this.result.sent}>${this.outcome()}</p>`;
  }

  private outcome(): string {
    const t = words().mail;
    if (this.result === undefined) return '';
    return this.result.sent ? t.sent : t.failed(this.result.reason);
  }

  private async learn(): Promise<void> {
    const outcome = await this.api.setup();
    if (outcome.kind === 'success') this.mails = outcome.value.recovery === 'mail';
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { to } = valuesOf(event);
    this.result = undefined;
    this.result = await this.tried(this.api.call('POST', '/mail/trial', readJson(parseMailTrial), { to }));
  }
}
