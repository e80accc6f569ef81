// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import type { Room } from '../lib/protocol';
import { may } from '../lib/rooms';
import { LightElement } from '../ui/light-element';
import './members';
import type { Presence } from './presence';
import { words } from './words';

/** Who has the room open, whose it is, and who belongs to it. */
@customElement('cc-people')
export class PeoplePanel extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) room!: Room;
  @property({ attribute: false }) presence: Presence | undefined;

  override render(): TemplateResult {
    const { room, presence } = this;
    const t = words();
    return html`<div class="panel-scroll">
      ${room.description === '' ? nothing : html`<p class="room-description">${room.description}</p>`}
      ${room.owner === undefined ? nothing : html`<p class="hint">${t.owner}: <strong>${room.owner.name}</strong></p>`}
      ${presence === undefined ? nothing : present(presence)}
      ${may(room, 'edit') ? html`<cc-members .api=${this.api} .room=${room.id}></cc-members>` : nothing}
      ${may(room, 'moderate') ? exports(room) : nothing}
    </div>`;
  }
}

function present(presence: Presence): TemplateResult {
  const t = words();
  const { people, count } = presence;
  return html`<h2 class="panel-title" data-present=${count}>${t.present(count)}</h2>
    ${
      people.length === 0 && count > 0
        ? html`<p class="hint">${t.crowd}</p>`
        : html`<ul class="people" role="list">
            ${people.map(({ id, name }) => html`<li data-person=${id}>${name}</li>`)}
          </ul>`
    }`;
}

function exports({ id }: Room): TemplateResult {
  const t = words();
  const formats = ['text', 'csv', 'json'] as const;
  return html`<h2 class="panel-title">${t.export}</h2>
    <p class="export-links">
      ${formats.map(
        (format) =>
          html`<a class="button" data-export=${format} href=${`/api/v1/rooms/${id}/export?format=${format}`} download
            >${t.formats[format]}</a
          >`,
      )}
    </p>`;
}
