// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import { parseEnrolmentTokens, parseToken, type EnrolmentToken } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import { field, problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import '../ui/secret';
import { act } from './users';
import { words } from './words';

/** Tokens that go into a disk image and set up many PCs. */
@customElement('cc-enrolment-tokens')
export class EnrolmentTokens extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private tokens: readonly EnrolmentToken[] = [];
  @state() private made: { value: string; expiresMs: number | undefined } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const t = words().devices;
    const { made } = this;
    return html`<h2 class="panel-title">${t.images}</h2>
      <p class="hint">${t.imagesLead}</p>
      <form class="page-form inline" data-form="enrolment-token" @submit=${this.add}>
        ${field({ name: 'uses', label: t.uses, type: 'number', value: '26', min: 1, max: 1000 })}
        <button class="button" ?disabled=${this.busy}>${t.newToken}</button>
      </form>
      ${problemLine(this.problem)}
      ${
        made === undefined
          ? nothing
          : html`<cc-secret
              .label=${t.newToken}
              .value=${made.value}
              .note=${t.tokenNote(strings.dateTime(made.expiresMs ?? Date.now()))}
            ></cc-secret>`
      }
      <ul class="members" role="list">
        ${this.tokens.map((token) => this.row(token))}
      </ul>`;
  }

  private row({ id, usesLeft, expiresMs }: EnrolmentToken): TemplateResult {
    const t = words().devices;
    const text = t.tokenRow(strings.stats.number(usesLeft), strings.dateTime(expiresMs));
    return html`<li data-token=${id}>
      <span>${text}</span> ${act('withdraw', t.withdraw, text, () => void this.withdraw(id))}
    </li>`;
  }

  private async load(): Promise<void> {
    const outcome = await this.api.call('GET', '/enrolment-tokens', readJson(parseEnrolmentTokens));
    if (outcome.kind === 'success') this.tokens = outcome.value;
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const body = { uses: Number(valuesOf(event).uses) };
    this.made = await this.tried(this.api.call('POST', '/enrolment-tokens', readJson(parseToken), body));
    await this.load();
  }

  private async withdraw(id: number): Promise<void> {
    await this.tried(this.api.call('DELETE', `/enrolment-tokens/${id}`, readNothing));
    await this.load();
  }
}
