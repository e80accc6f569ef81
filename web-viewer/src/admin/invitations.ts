// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import { kRoles } from '../lib/protocol';
import { parseCode, parseInvitations, type Invitation } from '../lib/protocol/admin';
import type { RoomStore } from '../lib/rooms';
import { strings } from '../lib/strings';
import { confirmed } from '../ui/confirm';
import { field, problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import '../ui/secret';
import { tableSkeleton } from '../ui/skeleton';
import { act } from './users';
import { words } from './words';

const kDayMs = 86_400_000;

/** Codes by which people make their own accounts. */
@customElement('cc-admin-invitations')
export class AdminInvitations extends PageElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) rooms!: RoomStore;

  @state() private invitations: readonly Invitation[] | undefined;
  /** Whether the server sends mail. */
  @state() private mails = false;
  @state() private made: { value: string; expiresMs: number | undefined } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    void this.learn();
  }

  override render(): TemplateResult {
    const t = words().invitations;
    const { made } = this;
    return html`<p class="hint">${t.lead}</p>
      ${this.form()} ${problemLine(this.problem)}
      ${
        made === undefined
          ? nothing
          : html`<cc-secret
              .label=${t.link}
              .value=${`${location.origin}/sign-up#${made.value}`}
              .note=${t.linkNote(strings.dateTime(made.expiresMs ?? Date.now()))}
            ></cc-secret>`
      }
      ${this.table()}`;
  }

  private form(): TemplateResult {
    const t = words().invitations;
    return html`<form class="page-form inline" data-form="invitation" @submit=${this.add}>
      <label class="field">
        ${t.role}
        <select class="select" name="role">
          ${kRoles.map((role) => html`<option value=${role} ?selected=${role === 'teacher'}>${strings.role[role]}</option>`)}
        </select>
      </label>
      ${field({ name: 'uses', label: t.uses, type: 'number', value: '1', min: 1, max: 1000 })}
      ${field({ name: 'days', label: t.days, type: 'number', value: '7', min: 1, max: 365 })}
      ${this.mails ? field({ name: 'email', label: t.email, type: 'email', maxlength: 254, autocomplete: 'off' }) : nothing}
      ${field({ name: 'note', label: t.note, maxlength: 200 })}
      <label class="field">
        ${t.rooms}
        <select class="select" name="rooms" multiple size="3">
          ${this.rooms.sorted.map((room) => html`<option value=${room.id}>${room.name}</option>`)}
        </select>
      </label>
      <button class="button primary" ?disabled=${this.busy}>${t.add}</button>
    </form>`;
  }

  private table(): TemplateResult | typeof nothing {
    const t = words().invitations;
    if (this.invitations === undefined) return this.waiting(tableSkeleton(words().loading));
    if (this.invitations.length === 0) return html`<p class="panel-note">${strings.nothing}</p>`;
    return html`<div class="table-frame">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${t.role}</th>
            <th scope="col">${t.left}</th>
            <th scope="col">${t.expires}</th>
            <th scope="col">${t.note}</th>
            <th scope="col">${t.rooms}</th>
            <th scope="col">${words().actions}</th>
          </tr>
        </thead>
        <tbody>
          ${this.invitations.map((invitation) => this.row(invitation))}
        </tbody>
      </table>
    </div>`;
  }

  private row(of: Invitation): TemplateResult {
    const t = words().invitations;
    const role = strings.role[of.role] ?? of.role;
    return html`<tr data-invitation=${of.id}>
      <th scope="row">${role}</th>
      <td>${of.usesLeft}</td>
      <td>${strings.dateTime(of.expiresMs)}</td>
      <td>${of.note}</td>
      <td>${of.rooms.join(', ')}</td>
      <td class="acts">${act('revoke', t.revoke, `${role} ${of.note}`, () => void this.revoke(of))}</td>
    </tr>`;
  }

  private async learn(): Promise<void> {
    const outcome = await this.api.setup();
    if (outcome.kind === 'success') this.mails = outcome.value.recovery === 'mail';
  }

  private async load(): Promise<void> {
    this.invitations = await this.tried(this.api.call('GET', '/invitations', readJson(parseInvitations)));
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { role, uses, days, note, email } = valuesOf(event);
    const chosen = this.querySelector<HTMLSelectElement>('select[name="rooms"]')?.selectedOptions ?? [];
    const rooms = [...chosen].map((option) => option.value);
    const expires = Date.now() + Number(days) * kDayMs;
    const mail = email === undefined || email === '' ? {} : { email };
    const body = { role, uses: Number(uses), expires_ms: Math.round(expires), note, rooms, ...mail };
    const made = await this.tried(this.api.call('POST', '/invitations', readJson(parseCode), body));
    if (made === undefined) return;
    if (made.mailed !== undefined) this.say(made.mailed ? words().invitations.mailed : words().invitations.notMailed);
    this.made = made;
    await this.load();
  }

  private async revoke({ id }: Invitation): Promise<void> {
    const t = words().invitations;
    if (!(await confirmed({ title: t.revokeTitle, text: t.revokeText, verb: t.revoke }))) return;
    if (await this.tried(this.api.call('DELETE', `/invitations/${id}`, readNothing))) await this.load();
  }
}
