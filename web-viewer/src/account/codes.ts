// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import { parseTotp } from '../lib/protocol/admin';
import { field, problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import '../ui/secret';
import { words } from './words';

/** One-time codes of an authenticator (RFC 6238): set up, confirm with a first code, end with the password. */
@customElement('cc-codes')
export class Codes extends PageElement {
  @property({ attribute: false }) api!: Api;
  @property({ type: Boolean }) on = false;

  @state() private begun: { secret: string; uri: string } | undefined;

  override render(): TemplateResult {
    const t = words();
    return html`<section class="page-section" data-codes=${this.on ? 'on' : 'off'}>
      <h2>${t.codesTitle}</h2>
      <p>${this.on ? t.codesOn : t.codesOff}</p>
      ${this.on ? this.ending() : this.begun === undefined ? this.beginning() : this.confirming(this.begun)}
      ${problemLine(this.problem)}
    </section>`;
  }

  private beginning(): TemplateResult {
    return html`<div>
      <button class="button" data-act="codes-begin" ?disabled=${this.busy} @click=${() => void this.begin()}>
        ${words().begin}
      </button>
    </div>`;
  }

  private confirming({ secret, uri }: { secret: string; uri: string }): TemplateResult {
    const t = words();
    return html`<cc-secret .label=${t.secret} .value=${secret}></cc-secret>
      <p><a href=${uri}>${t.openApp}</a></p>
      <form class="page-form" data-form="codes" @submit=${this.confirm}>
        ${field({ name: 'code', label: t.code, autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 8, required: true })}
        <div class="dialog-buttons"><button class="button primary" ?disabled=${this.busy}>${t.confirm}</button></div>
      </form>`;
  }

  private ending(): TemplateResult {
    const t = words();
    return html`<form class="page-form" data-form="codes-end" @submit=${this.end}>
      ${field({ name: 'codes-password', label: t.endHint, type: 'password', autocomplete: 'current-password', required: true })}
      <div class="dialog-buttons"><button class="button" ?disabled=${this.busy}>${t.end}</button></div>
    </form>`;
  }

  private async begin(): Promise<void> {
    this.begun = await this.tried(this.api.call('POST', '/account/totp', readJson(parseTotp)));
  }

  private async confirm(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const code = valuesOf(event).code?.replaceAll(/\s/g, '');
    if (await this.tried(this.api.call('PUT', '/account/totp', readNothing, { code }), words().codesStarted))
      this.changed();
  }

  private async end(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const password = valuesOf(event)['codes-password'];
    const request = this.api.call('DELETE', '/account/totp', readNothing, { password });
    if (await this.tried(request, words().codesEnded)) this.changed();
  }

  private changed(): void {
    this.begun = undefined;
    this.dispatchEvent(new Event('cc-changed'));
  }
}
