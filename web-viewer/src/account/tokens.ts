// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import { parseToken, parseTokens, type ApiToken } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import { field, problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import '../ui/secret';
import { words } from './words';

/** API tokens for scripts: made, shown once, revoked. */
@customElement('cc-tokens')
export class Tokens extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private tokens: readonly ApiToken[] = [];
  @state() private made = '';

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const t = words();
    return html`<section class="page-section">
      <h2>${t.tokensTitle}</h2>
      <p class="hint">${t.tokensLead}</p>
      <ul class="rows" role="list">
        ${this.tokens.map((token) => this.row(token))}
      </ul>
      ${this.made === '' ? nothing : html`<cc-secret .label=${t.tokenMade} .value=${this.made} .note=${t.tokenNote}></cc-secret>`}
      <form class="page-form inline" data-form="token" @submit=${this.add}>
        ${field({ name: 'token-name', label: t.tokenName, maxlength: 100, required: true })}
        <label class="choice"><input type="checkbox" name="read_only" value="true" checked />${t.readOnly}</label>
        <button class="button" ?disabled=${this.busy}>${t.makeToken}</button>
      </form>
      ${problemLine(this.problem)}
    </section>`;
  }

  private row(token: ApiToken): TemplateResult {
    const t = words();
    return html`<li data-api-token=${token.id}>
      <span>
        <strong>${token.name}</strong><br />
        <span class="hint">
          ${token.readOnly ? html`${t.readOnly} · ` : nothing}${t.until} ${strings.dateTime(token.expiresMs)}
          ${token.seenMs === undefined ? nothing : html` · ${t.seen} ${strings.dateTime(token.seenMs)}`}
        </span>
      </span>
      <button
        class="button small"
        data-act="revoke-token"
        aria-label=${`${t.revoke}: ${token.name}`}
        @click=${() => void this.revoke(token)}
      >
        ${t.revoke}
      </button>
    </li>`;
  }

  private async load(): Promise<void> {
    const tokens = await this.tried(this.api.call('GET', '/tokens', readJson(parseTokens)));
    if (tokens !== undefined) this.tokens = tokens;
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { 'token-name': name, read_only } = valuesOf(event);
    const body = { name, read_only: read_only === 'true' };
    const made = await this.tried(this.api.call('POST', '/tokens', readJson(parseToken), body));
    if (made === undefined) return;
    this.made = made.value;
    await this.load();
  }

  private async revoke({ id }: ApiToken): Promise<void> {
    if (await this.tried(this.api.call('DELETE', `/tokens/${id}`, readNothing))) await this.load();
  }
}
