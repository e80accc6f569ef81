// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { strings } from '../lib/strings';
import { icon } from '../ui/icons';
import { skeleton, tableSkeleton, tileSkeleton, times } from '../ui/skeleton';
import type { View } from './view';

/** Before the first word of the server: the same grid or table with as many rooms as there were the last time. */
export function wallSkeleton(rooms: number, mode: View['mode']): TemplateResult {
  const { loading } = strings.wall;
  if (mode === 'table') return html`<div class="twin">${tableSkeleton(loading, rooms)}</div>`;
  return skeleton(loading, html`${times(rooms, html`<div class="cell">${tileSkeleton()}</div>`)}`, 'grid');
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
