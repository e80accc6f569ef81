// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import { kRoles, type Role } from '../lib/protocol';
import { parseNewUser, parseRecoveryPath, parseUser, parseUsers, type User } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import { confirmed } from '../ui/confirm';
import { field, problemLine, valuesOf } from '../ui/form';
import { icon } from '../ui/icons';
import { PageElement } from '../ui/page-element';
import '../ui/secret';
import { select } from '../ui/select';
import { tableSkeleton } from '../ui/skeleton';
import { words } from './words';

const kSearchAfterMs = 250;
const kPage = 50;

interface Shown {
  readonly label: string;
  readonly value: string;
  readonly note: string;
}

/** Everybody with an account: find, add, change, shut out. */
@customElement('cc-admin-people')
export class AdminPeople extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private users: readonly User[] | undefined;
  @state() private next: string | undefined;
  @state() private query = '';
  @state() private wantedRole: Role | '' = '';
  @state() private adding = false;
  @state() private secret: Shown | undefined;

  private cancelSearch: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const t = words().people;
    const { secret } = this;
    return html`<div class="page-tools">
        <input
          type="search"
          class="search"
          name="people-search"
          aria-label=${t.search}
          placeholder=${t.search}
          @input=${this.typed}
        />
        ${select('people-role', t.role, roleChoices(t.allRoles), this.wantedRole, (role) => this.filter(role))}
        <button class="button primary" data-act="add-person" @click=${() => (this.adding = !this.adding)}>
          ${icon('plus')}${t.add}
        </button>
      </div>
      ${this.adding ? this.form() : nothing} ${problemLine(this.problem)}
      ${
        secret === undefined
          ? nothing
          : html`<cc-secret .label=${secret.label} .value=${secret.value} .note=${secret.note}></cc-secret>`
      }
      ${this.table()}
      ${
        this.next === undefined
          ? nothing
          : html`<button class="button" @click=${() => void this.load(this.next)}>${strings.more}</button>`
      }`;
  }

  private form(): TemplateResult {
    const t = words().people;
    const roles = kRoles.map((value) => ({ value, label: strings.role[value] ?? value }));
    return html`<form class="page-form" data-form="person" @submit=${this.add}>
      <h2>${t.addTitle}</h2>
      ${field({ name: 'name', label: t.name, maxlength: 64, required: true })}
      <label class="field">
        ${t.role}
        <select class="select" name="role">
          ${roles.map(({ value, label }) => html`<option value=${value} ?selected=${value === 'teacher'}>${label}</option>`)}
        </select>
      </label>
      ${field({ name: 'email', label: t.email, hint: t.emailHint, type: 'email', maxlength: 254 })}
      ${field({
        name: 'password',
        label: t.password,
        hint: t.passwordHint,
        type: 'password',
        autocomplete: 'new-password',
        maxlength: 256,
      })}
      <div class="dialog-buttons">
        <button type="button" class="button" @click=${() => (this.adding = false)}>${strings.cancel}</button>
        <button class="button primary" ?disabled=${this.busy}>${t.add}</button>
      </div>
    </form>`;
  }

  private table(): TemplateResult | typeof nothing {
    const t = words().people;
    if (this.users === undefined) return this.waiting(tableSkeleton(words().loading));
    if (this.users.length === 0) return html`<p class="panel-note">${strings.nothing}</p>`;
    return html`<div class="table-frame">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${t.name}</th>
            <th scope="col">${t.role}</th>
            <th scope="col">${t.state}</th>
            <th scope="col">${t.seen}</th>
            <th scope="col">${words().actions}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            this.users,
            (user) => user.id,
            (user) => this.row(user),
          )}
        </tbody>
      </table>
    </div>`;
  }

  private row(user: User): TemplateResult {
    const t = words().people;
    const { id, name, role, disabled, totp, email, seenMs } = user;
    return html`<tr data-user=${id} data-name=${name}>
      <th scope="row">${name}${email === '' ? nothing : html`<br /><span class="hint">${email}</span>`}</th>
      <td>
        ${select(`role-${id}`, t.roleOf(name), roleChoices(), role, (next) => void this.patch(user, { role: next }))}
      </td>
      <td>${disabled ? t.disabled : t.active}${totp ? html`, ${t.twoStep}` : nothing}</td>
      <td>${seenMs === undefined ? words().never : strings.dateTime(seenMs)}</td>
      <td class="acts">
        ${act('recovery', t.recovery, name, () => void this.recovery(user))}
        ${act('end-sessions', t.endSessions, name, () => void this.endSessions(user))}
        ${totp ? act('no-codes', t.noCodes, name, () => void this.patch(user, { totp: false })) : nothing}
        ${act('disable', disabled ? t.enable : t.disable, name, () => void this.patch(user, { disabled: !disabled }))}
        <a
          class="button small"
          data-act="export"
          href=${`/api/v1/users/${id}/export`}
          download=${`${name}.json`}
          aria-label=${`${t.export}: ${name}`}
          >${t.export}</a
        >
        ${act('delete', strings.remove, name, () => void this.discard(user))}
      </td>
    </tr>`;
  }

  private typed(event: Event): void {
    this.query = event.target instanceof HTMLInputElement ? event.target.value.trim() : '';
    this.cancelSearch();
    this.cancelSearch = this.scope.timeout(kSearchAfterMs, () => void this.load());
  }

  private filter(role: Role | ''): void {
    this.wantedRole = role;
    void this.load();
  }

  private async load(after?: string): Promise<void> {
    const query = new URLSearchParams({ limit: String(kPage) });
    if (this.query !== '') query.set('q', this.query);
    if (this.wantedRole !== '') query.set('role', this.wantedRole);
    if (after !== undefined) query.set('after', after);
    const page = await this.tried(this.api.call('GET', `/users?${query}`, readJson(parseUsers)));
    if (page === undefined) return;
    this.users = after === undefined ? page.items : [...(this.users ?? []), ...page.items];
    this.next = page.next;
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { name, role, email, password } = valuesOf(event);
    const body = { name, role, ...(email === '' ? {} : { email }), ...(password === '' ? {} : { password }) };
    const made = await this.tried(this.api.call('POST', '/users', readJson(parseNewUser), body));
    if (made === undefined) return;
    this.adding = false;
    const t = words().people;
    this.secret =
      made.password === undefined
        ? undefined
        : { label: t.made(made.user.name), value: made.password, note: t.madeNote };
    await this.load();
  }

  private async patch(user: User, part: object): Promise<void> {
    const changed = await this.tried(
      this.api.call('PATCH', `/users/${user.id}`, readJson(parseUser), part),
      strings.saved,
    );
    // A refused choice goes back to what holds.
    this.users = this.users?.map((other) => (other.id === user.id ? (changed ?? { ...other }) : other));
  }

  private async recovery(user: User): Promise<void> {
    const t = words().people;
    const made = await this.tried(this.api.call('POST', `/users/${user.id}/recovery`, readJson(parseRecoveryPath)));
    if (made === undefined) return;
    const note = t.linkNote(strings.dateTime(made.expiresMs ?? Date.now()));
    this.secret = { label: t.link(user.name), value: location.origin + made.value, note };
  }

  private async endSessions(user: User): Promise<void> {
    const path = `/users/${user.id}/sessions`;
    await this.tried(this.api.call('DELETE', path, readNothing), words().people.ended(user.name));
  }

  private async discard(user: User): Promise<void> {
    const t = words().people;
    const { deleteText: text, deleteMessages: choice } = t;
    const agreed = await confirmed({ title: t.deleteTitle(user.name), text, verb: strings.remove, choice });
    if (agreed === false) return;
    const path = `/users/${user.id}${agreed.chosen ? '?messages=true' : ''}`;
    if (await this.tried(this.api.call('DELETE', path, readNothing))) await this.load();
  }
}

function roleChoices(): { value: Role; label: string }[];
function roleChoices(all: string): { value: Role | ''; label: string }[];
function roleChoices(all?: string): { value: Role | ''; label: string }[] {
  const roles = kRoles.map((value) => ({ value, label: strings.role[value] ?? value }));
  return all === undefined ? roles : [{ value: '', label: all }, ...roles];
}

/** The row's name is part of what is read: a list of equal buttons says nothing. */
export function act(name: string, label: string, of: string, click: () => void): TemplateResult {
  return html`<button class="button small" data-act=${name} aria-label=${`${label}: ${of}`} @click=${click}>
    ${label}
  </button>`;
}
