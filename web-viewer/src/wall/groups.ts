// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Room, RoomId } from '../lib/protocol';
import { strings } from '../lib/strings';
import { icon } from '../ui/icons';
import { DialogElement } from '../ui/dialog';
import { labelledSelect } from '../ui/select';
import { kLongestName, nameOf } from './view';
import type { WallModel } from './wall-model';
import type { WallSettings } from './wall-settings';

/** The user's own groups of rooms: make, change, remove. */
@customElement('cc-groups')
export class Groups extends DialogElement {
  @property({ attribute: false }) settings!: WallSettings;
  @property({ attribute: false }) wall!: WallModel;

  /** The group that is being changed; empty for a new one. */
  @state() private edited = '';
  @state() private chosen: ReadonlySet<RoomId> = new Set();
  @state() private problem = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.settings.changed.subscribe(this.scope, () => this.requestUpdate());
  }

  override show(): void {
    this.edit(this.settings.group?.name ?? '');
    super.show();
  }

  override render(): TemplateResult {
    const { groups: words } = strings;
    return this.framed(
      'groups',
      words.title,
      html`
        <p class="hint">${words.lead}</p>
        <form class="save" @submit=${this.save}>
          ${this.which()}
          <label class="field">
            ${words.name}<input name="group-name" maxlength=${kLongestName} autocomplete="off" .value=${this.edited} />
          </label>
          <fieldset class="picks">
            <legend>${words.rooms}</legend>
            ${this.wall.rooms.sorted.map((room) => this.pick(room))}
          </fieldset>
          ${this.problem === '' ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
          <div class="dialog-buttons">
            ${this.removeButton()}
            <button class="button primary" data-act="group-save">${words.save}</button>
          </div>
        </form>
      `,
    );
  }

  private which(): TemplateResult {
    const { groups: words } = strings;
    const choices = [
      { value: '', label: words.fresh },
      ...this.settings.groups.map(({ name }) => ({ value: name, label: name })),
    ];
    return labelledSelect('edited-group', words.which, choices, this.edited, (name) => this.edit(name));
  }

  private pick(room: Room): TemplateResult {
    return html`<label class="choice">
      <input
        type="checkbox"
        name="group-room"
        value=${room.id}
        .checked=${this.chosen.has(room.id)}
        @change=${() => this.toggle(room.id)}
      />${room.name}
    </label>`;
  }

  private removeButton(): TemplateResult | typeof nothing {
    if (this.edited === '') return nothing;
    const remove = (): void => {
      this.settings.removeGroup(this.edited);
      this.edit('');
    };
    return html`<button type="button" class="button" data-act="group-remove" @click=${remove}>
      ${icon('remove')}${strings.groups.remove}
    </button>`;
  }

  private edit(name: string): void {
    const group = this.settings.groups.find((other) => other.name === name);
    this.edited = group?.name ?? '';
    this.chosen = new Set(group?.rooms);
    this.problem = '';
  }

  private toggle(id: RoomId): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  private save(event: SubmitEvent): void {
    event.preventDefault();
    const name = nameOf(this.querySelector<HTMLInputElement>('input[name="group-name"]')?.value);
    if (!this.settings.saveGroup(name, [...this.chosen])) {
      this.problem = name === '' ? strings.groups.missing : strings.groups.full;
      return;
    }
    // A new name for a group that was chosen from the list is a renaming.
    if (this.edited !== '' && this.edited !== name) this.settings.removeGroup(this.edited);
    this.settings.setView({ group: name });
    this.hide();
  }
}
