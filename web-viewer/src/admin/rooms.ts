// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import { parseRoom, parseRooms, type Room } from '../lib/protocol';
import type { RoomStore } from '../lib/rooms';
import { strings } from '../lib/strings';
import '../room/members';
import '../room/room.css';
import { confirmed } from '../ui/confirm';
import { field, problemLine, valuesOf } from '../ui/form';
import { icon, stateIcon } from '../ui/icons';
import { PageElement } from '../ui/page-element';
import { select } from '../ui/select';
import { tableSkeleton } from '../ui/skeleton';
import { act } from './users';
import { storageWords } from './storage-words';
import { words } from './words';

const kWhich = ['false', 'true', 'all'] as const;
const kSearchAfterMs = 250;

/** All rooms, also the archived: change, members, archive, delete. */
@customElement('cc-admin-rooms')
export class AdminRooms extends PageElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) rooms!: RoomStore;
  @property({ attribute: false }) addRoom!: () => void;

  @state() private list: readonly Room[] | undefined;
  @state() private next: string | undefined;
  @state() private which: (typeof kWhich)[number] = 'false';
  @state() private query = '';
  @state() private edited: Room | undefined;

  private cancelSearch: () => void = () => undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // A room that was added in the dialog comes by the event channel.
    this.rooms.changed.subscribe(this.scope, (event) => this.heard(event.type));
    void this.load();
  }

  override render(): TemplateResult {
    const t = words().rooms;
    const choices = kWhich.map((value) => ({ value, label: t.shown[value] }));
    return html`<div class="page-tools">
        <input
          type="search"
          class="search"
          name="rooms-search"
          aria-label=${t.search}
          placeholder=${t.search}
          @input=${this.typed}
        />
        ${select('rooms-which', t.which, choices, this.which, (which) => this.filter(which))}
        <button class="button primary" data-act="add-room" @click=${() => this.addRoom()}>
          ${icon('plus')}${strings.addRoom.open}
        </button>
      </div>
      ${problemLine(this.problem)} ${this.edited === undefined ? nothing : this.editor(this.edited)} ${this.table()}
      ${
        this.next === undefined
          ? nothing
          : html`<button class="button" @click=${() => void this.load(this.next)}>${strings.more}</button>`
      }`;
  }

  private editor(room: Room): TemplateResult {
    const t = words().rooms;
    const s = storageWords();
    return html`<div class="page-form" data-edit=${room.id}>
      <form @submit=${this.save}>
        <h2>${t.editTitle(room.name)}</h2>
        ${field({ name: 'name', label: t.name, value: room.name, maxlength: 100, required: true })}
        <label class="field">
          ${t.description}
          <textarea name="description" maxlength="500" rows="3" .value=${room.description}></textarea>
        </label>
        ${field({
          name: 'rewind_minutes',
          label: s.rewind,
          hint: s.rewindHint,
          type: 'number',
          value: String(room.rewindMinutes ?? ''),
          min: 0,
          max: 1_440,
        })}
        ${field({
          name: 'keep_days',
          label: s.keepDays,
          hint: s.keepDaysHint,
          type: 'number',
          value: String(room.keepDays ?? ''),
          min: 1,
          max: 3_650,
        })}
        <div class="dialog-buttons">
          <button type="button" class="button" @click=${() => (this.edited = undefined)}>${strings.close}</button>
          <button class="button primary" ?disabled=${this.busy}>${strings.save}</button>
        </div>
      </form>
      <cc-members .api=${this.api} .room=${room.id}></cc-members>
    </div>`;
  }

  private table(): TemplateResult | typeof nothing {
    const t = words().rooms;
    if (this.list === undefined) return this.waiting(tableSkeleton(words().loading));
    if (this.list.length === 0) return html`<p class="panel-note">${strings.nothing}</p>`;
    return html`<div class="table-frame">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${t.name}</th>
            <th scope="col">${t.id}</th>
            <th scope="col">${t.kind}</th>
            <th scope="col">${t.owner}</th>
            <th scope="col">${t.state}</th>
            <th scope="col">${words().actions}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            this.list,
            (room) => room.id,
            (room) => this.row(room),
          )}
        </tbody>
      </table>
    </div>`;
  }

  private row(room: Room): TemplateResult {
    const t = words().rooms;
    const { id, name, archived } = room;
    const { state } = this.rooms.get(id) ?? room;
    return html`<tr data-room-row=${id}>
      <th scope="row"><a href=${`/rooms/${id}`}>${name}</a></th>
      <td><code>${id}</code></td>
      <td>${t.kinds[room.kind]}</td>
      <td>${room.owner?.name ?? '–'}</td>
      <td>
        ${
          archived
            ? t.archived
            : html`<span class="badge" data-state=${state}
                >${stateIcon(state)}<span>${strings.state[state]}</span></span
              >`
        }
      </td>
      <td class="acts">
        ${act('edit', t.edit, name, () => (this.edited = room))}
        ${act('archive', archived ? t.restore : t.archive, name, () => void this.patch(id, { archived: !archived }))}
        ${act('delete', strings.remove, name, () => void this.discard(room))}
      </td>
    </tr>`;
  }

  private heard(type: string): void {
    if (type === 'rooms' || type === 'removed') void this.load();
    const unknown = this.rooms.sorted.some((room) => this.list?.every((other) => other.id !== room.id));
    if (type === 'room' && unknown && this.which !== 'true' && this.query === '') void this.load();
  }

  private typed(event: Event): void {
    this.query = event.target instanceof HTMLInputElement ? event.target.value.trim() : '';
    this.cancelSearch();
    this.cancelSearch = this.scope.timeout(kSearchAfterMs, () => void this.load());
  }

  private filter(which: (typeof kWhich)[number]): void {
    this.which = which;
    void this.load();
  }

  private async load(after?: string): Promise<void> {
    const query = new URLSearchParams({ archived: this.which });
    if (this.query !== '') query.set('q', this.query);
    if (after !== undefined) query.set('after', after);
    const outcome = await this.api.call('GET', `/rooms?${query}`, readJson(parseRooms), undefined, this.scope.signal);
    if (outcome.kind !== 'success') return;
    this.list = after === undefined ? outcome.value.rooms : [...(this.list ?? []), ...outcome.value.rooms];
    this.next = outcome.value.next;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { name, description, rewind_minutes = '', keep_days = '' } = valuesOf(event);
    if (this.edited === undefined) return;
    const kept = {
      ...numberOf('rewind_minutes', rewind_minutes, this.edited.rewindMinutes),
      ...numberOf('keep_days', keep_days, this.edited.keepDays),
    };
    await this.patch(this.edited.id, { name, description, ...kept });
  }

  private async patch(id: string, part: object): Promise<void> {
    const room = await this.tried(this.api.call('PATCH', `/rooms/${id}`, readJson(parseRoom), part), strings.saved);
    if (room === undefined) return;
    if (this.edited?.id === id) this.edited = room;
    await this.load();
  }

  private async discard({ id, name }: Room): Promise<void> {
    const t = words().rooms;
    if (!(await confirmed({ title: t.deleteTitle(name), text: t.deleteText, verb: strings.remove }))) return;
    if (await this.tried(this.api.call('DELETE', `/rooms/${id}`, readNothing))) await this.load();
  }
}

/** What is left empty is as the settings say (-1); what was empty before is not sent. */
function numberOf(name: string, value: string, before: number | undefined): Readonly<Record<string, number>> {
  if (value === '') return before === undefined ? {} : { [name]: -1 };
  return { [name]: Number(value) };
}
