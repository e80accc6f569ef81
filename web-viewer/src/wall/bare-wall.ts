// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { strings } from '../lib/strings';
import { icon } from '../ui/icons';

/** Before the first word of the server. */
export function skeleton(): TemplateResult {
  return html`<div class="skeletons" aria-busy="true">
    <p class="visually-hidden">${strings.wall.loading}</p>
    ${Array.from({ length: 12 }, () => html`<div class="skeleton"></div>`)}
  </div>`;
}

/** There is no room at all; `addRoom` is offered to those who may. */
export function emptyWall(addRoom: (() => void) | undefined): TemplateResult {
  const { wall } = strings;
  return html`<div class="empty">
    <span class="empty-picture">${icon('logo')}</span>
    <h2>${wall.emptyTitle}</h2>
    <p>${addRoom === undefined ? wall.emptyOther : wall.emptyAdmin}</p>
    ${
      addRoom === undefined
        ? nothing
        : html`<button class="button primary" data-act="add-room" @click=${addRoom}>
            ${icon('plus')}${strings.addRoom.open}
          </button>`
    }
  </div>`;
}

/** Search, state and group leave no room. */
export function nothingFits(showAll: () => void): TemplateResult {
  const { toolbar } = strings;
  return html`<div class="empty" data-none>
    <h2>${toolbar.noneTitle}</h2>
    <p>${toolbar.none}</p>
    <button class="button primary" data-act="show-all" @click=${showAll}>${toolbar.showAll}</button>
  </div>`;
}
