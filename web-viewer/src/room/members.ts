// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson, readNothing, type Outcome } from '../lib/http';
import type { RoomId } from '../lib/protocol';
import { parseMembers, parsePeople, type Member, type Person, type Relation } from '../lib/protocol/people';
import { strings } from '../lib/strings';
import { problemLine, problemOf } from '../ui/form';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { linesSkeleton } from '../ui/skeleton';
import { select } from '../ui/select';
import { words } from './words';

const kSearchAfterMs = 250;
const kMostFound = 8;

/** Who belongs to a room: the list, and a search for somebody to add. Acts at once. */
@customElement('cc-members')
export class Members extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) room!: RoomId;

  @state() private members: readonly Member[] | undefined;
  @state() private found: readonly Person[] | undefined;
  @state() private problem = '';

  private cancelSearch: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const t = words();
    const { members } = this;
    return html`<h2 class="panel-title">${t.members}</h2>
      ${
        members?.length === 0
          ? html`<p class="hint">${t.noMembers}</p>`
          : members === undefined && this.problem === ''
            ? linesSkeleton(strings.screens.loading, 2)
            : html`<ul class="members" role="list">
                ${members?.map((member) => this.row(member))}
              </ul>`
      }
      <label class="field">
        ${t.addMember}
        <input name="member-search" type="search" autocomplete="off" placeholder=${t.addHint} @input=${this.typed} />
      </label>
      ${this.results()} ${problemLine(this.problem)}`;
  }

  private row(member: Member): TemplateResult {
    const t = words();
    const { id, name, role, relation } = member;
    if (relation === 'owner') {
      return html`<li data-member=${id}>
        <span><strong>${name}</strong> <span class="hint">${strings.role[role]}</span></span>
        <span class="hint">${t.relations.owner}</span>
      </li>`;
    }
    const choices = (['member', 'moderator'] as const).map((value) => ({ value, label: t.relations[value] }));
    const set = (next: Relation): void => void this.put(id, next);
    return html`<li data-member=${id}>
      <span><strong>${name}</strong> <span class="hint">${strings.role[role]}</span></span>
      ${
        role === 'student' || role === 'guest'
          ? html`<span class="hint">${t.relations.member}</span>`
          : select(`relation-${id}`, `${t.relation}: ${name}`, choices, relation, set)
      }
      <button
        class="icon-button"
        data-act="member-remove"
        aria-label=${t.removeMember(name)}
        title=${t.removeMember(name)}
        @click=${() => void this.changed(this.api.call('DELETE', this.path(id), readNothing))}
      >
        ${icon('remove')}
      </button>
    </li>`;
  }

  private results(): TemplateResult | typeof nothing {
    const t = words();
    if (this.found === undefined) return nothing;
    const known = new Set(this.members?.map(({ id }) => id));
    const strangers = this.found.filter(({ id }) => !known.has(id));
    if (strangers.length === 0) return html`<p class="hint">${t.nobody}</p>`;
    return html`<ul class="members" role="list">
      ${strangers.map(
        ({ id, name, role }) =>
          html`<li>
            <span><strong>${name}</strong> <span class="hint">${strings.role[role]}</span></span>
            <button class="button" data-add=${id} @click=${() => void this.put(id, 'member')}>${t.add}</button>
          </li>`,
      )}
    </ul>`;
  }

  private path(user: number): string {
    return `/rooms/${this.room}/members/${user}`;
  }

  private typed(event: Event): void {
    const query = event.target instanceof HTMLInputElement ? event.target.value.trim() : '';
    this.cancelSearch();
    if (query === '') this.found = undefined;
    else this.cancelSearch = this.scope.timeout(kSearchAfterMs, () => void this.search(query));
  }

  private async search(query: string): Promise<void> {
    const path = `/people?q=${encodeURIComponent(query)}&limit=${kMostFound}`;
    const outcome = await this.api.call('GET', path, readJson(parsePeople), undefined, this.scope.signal);
    this.problem = problemOf(outcome);
    if (outcome.kind === 'success') this.found = outcome.value;
  }

  private put(user: number, relation: Relation): Promise<void> {
    return this.changed(this.api.call('PUT', this.path(user), readNothing, { relation }));
  }

  private async changed(request: Promise<Outcome<true>>): Promise<void> {
    this.problem = problemOf(await request);
    await this.load();
  }

  private async load(): Promise<void> {
    const path = `/rooms/${this.room}/members`;
    const outcome = await this.api.call('GET', path, readJson(parseMembers), undefined, this.scope.signal);
    if (outcome.kind === 'success') this.members = outcome.value;
    else if (this.problem === '') this.problem = problemOf(outcome);
  }
}
