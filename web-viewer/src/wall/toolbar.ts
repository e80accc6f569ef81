// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { kTourSeconds, kTourStops, type Settings } from '../lib/settings';
import { strings } from '../lib/strings';
import { icon, type IconName } from '../ui/icons';
import { placeBelowButton } from '../ui/popover';
import { labelledSelect, select } from '../ui/select';
import type { Shown } from './shown';
import './toolbar.css';
import type { Tour } from './tour';
import { kFilters, kPageSizes, kSorts, type Filter } from './view';
import type { WallModel } from './wall-model';
import type { WallSettings } from './wall-settings';

export interface ToolbarActs {
  readonly openAll: () => void;
  readonly closeAll: () => void;
  readonly toggleMode: () => void;
  readonly toggleHold: () => void;
  readonly toggleFullScreen: () => void;
  readonly showLayouts: () => void;
  readonly showGroups: () => void;
}

export interface ToolbarFace {
  readonly wall: WallModel;
  readonly shown: Shown;
  readonly settings: WallSettings;
  readonly device: Settings;
  readonly tour: Tour;
  readonly acts: ToolbarActs;
  /** What the last act led to; empty when there is nothing to say. */
  readonly note: string;
  /** A room in full view lies over the toolbar. */
  readonly covered: boolean;
}

/** Which rooms, in which order, on which page, and what can be done with all of them. */
export function toolbar(face: ToolbarFace): TemplateResult {
  return html`<section class="toolbar" aria-label=${strings.toolbar.label} ?inert=${face.covered}>
    ${find(face)} ${pager(face.shown)}
    <div class="toolbar-acts">${acts(face)}</div>
  </section>`;
}

function find(face: ToolbarFace): TemplateResult {
  const { shown, settings } = face;
  const total = face.wall.rooms.sorted.length;
  return html`<div class="toolbar-find">
    <input
      type="search"
      name="search"
      class="search"
      autocomplete="off"
      spellcheck="false"
      aria-label=${strings.toolbar.search}
      placeholder=${strings.toolbar.search}
      .value=${shown.search}
      @input=${(event: Event) => shown.setSearch(textOf(event))}
    />
    ${select('filter', strings.toolbar.filter, filters(), settings.view.filter, (filter) => settings.setView({ filter }))}
    ${opener('view-options', 'view', strings.toolbar.view)} ${viewOptions(face)} ${modeButton(face)}
    ${remark(face, total)}
  </div>`;
}

/** In the space that is left. A full screen has no header that could say what was done. */
function remark({ note, shown }: ToolbarFace, total: number): TemplateResult | typeof nothing {
  if (note !== '' && document.fullscreenElement !== null)
    return html`<span class="toolbar-note" data-note title=${note}>${note}</span>`;
  if (shown.rooms.length === total) return nothing;
  return html`<span class="toolbar-count" data-count>${strings.toolbar.shown(shown.rooms.length, total)}</span>`;
}

function filters(): { value: Filter; label: string }[] {
  const { toolbar: words, state } = strings;
  return kFilters.map((value) => ({
    value,
    label: value === 'all' ? words.all : value === 'trouble' ? words.trouble : state[value],
  }));
}

function modeButton({ settings, acts: { toggleMode } }: ToolbarFace): TemplateResult {
  const other = settings.view.mode === 'tiles' ? 'table' : 'tiles';
  return button(other, 'mode', strings.toolbar[other], toggleMode);
}

function viewOptions({ settings, acts: { showGroups } }: ToolbarFace): TemplateResult {
  const { toolbar: words } = strings;
  const { view } = settings;
  const sorts = kSorts.map((value) => ({ value, label: value === 'name' ? words.byName : words.troubleFirst }));
  const groups = [
    { value: '', label: words.allRooms },
    ...settings.groups.map(({ name }) => ({ value: name, label: name })),
  ];
  const sizes = kPageSizes.map((value) => ({ value, label: value === 0 ? words.asManyAsFit : String(value) }));
  return html`<div
    id="view-options"
    class="menu"
    popover
    role="dialog"
    aria-label=${words.view}
    @toggle=${placeBelowButton}
  >
    ${labelledSelect('group', words.group, groups, settings.group?.name ?? '', (group) => settings.setView({ group }))}
    <button class="button" data-act="groups" @click=${showGroups}>${words.editGroups}</button>
    ${labelledSelect('sort', words.sort, sorts, view.sort, (sort) => settings.setView({ sort }))}
    ${labelledSelect('per-page', words.perPage, sizes, view.perPage, (perPage) => settings.setView({ perPage }))}
  </div>`;
}

function pager(shown: Shown): TemplateResult | typeof nothing {
  const { toolbar: words } = strings;
  if (shown.pages < 2) return nothing;
  return html`<nav class="pager" aria-label=${words.page(shown.page + 1, shown.pages)}>
    ${button('previous', 'previous-page', words.previous, () => shown.turn(-1))}
    <span data-page=${shown.page + 1} data-pages=${shown.pages}>${words.page(shown.page + 1, shown.pages)}</span>
    ${button('next', 'next-page', words.next, () => shown.turn(1))}
  </nav>`;
}

function acts(face: ToolbarFace): TemplateResult {
  const { toolbar: words } = strings;
  const { shown, wall } = face;
  const hold = shown.held ? words.held : shown.outdated ? `${words.hold}. ${words.outdated}` : words.hold;
  const full = document.fullscreenElement === null ? words.fullScreen : words.leaveFullScreen;
  return html`${button('openAll', 'open-all', words.openAll, face.acts.openAll)}
  ${button('closeAll', 'close-all', words.closeAll, face.acts.closeAll, { disabled: wall.opened.length === 0 })}
  ${button('hold', 'hold', hold, face.acts.toggleHold, { pressed: shown.held, marked: shown.outdated })}
  ${tourControls(face)} ${button('layouts', 'layouts', strings.layouts.title, face.acts.showLayouts)}
  ${button('screen', 'full-screen', full, face.acts.toggleFullScreen)}`;
}

function tourControls({ tour, device }: ToolbarFace): TemplateResult {
  const { tour: words } = strings;
  if (tour.phase !== 'off') return tourButtons(tour);
  const stops = kTourStops.map((value) => ({ value, label: words.stops[value] }));
  const times = kTourSeconds.map((value) => ({ value, label: strings.duration(value * 1_000) }));
  return html`${opener('tour-options', 'tour', words.title)}
    <div id="tour-options" class="menu" popover role="dialog" aria-label=${words.title} @toggle=${placeBelowButton}>
      <p class="hint">${words.lead}</p>
      ${select('tour-stops', words.title, stops, device.tourStops, (tourStops) => device.set({ tourStops }))}
      ${labelledSelect('tour-seconds', words.every, times, device.tourSeconds, (tourSeconds) =>
        device.set({ tourSeconds }),
      )}
      <button
        class="button primary"
        data-act="tour-start"
        @click=${() => tour.start(device.tourStops, device.tourSeconds * 1_000)}
      >
        ${icon('play')}${words.start}
      </button>
    </div>`;
}

/** Also shown over a room in full view, where the toolbar is covered. */
export function tourButtons(tour: Tour): TemplateResult {
  const { tour: words } = strings;
  const paused = tour.phase === 'paused';
  return html`<span class="tour" data-tour=${tour.phase}>
    ${button(paused ? 'play' : 'pause', 'tour-pause', paused ? words.resume : words.pause, () => tour.togglePause())}
    ${button('close', 'tour-stop', words.stop, () => tour.stop())}
  </span>`;
}

interface Looks {
  readonly disabled?: boolean;
  readonly pressed?: boolean;
  readonly marked?: boolean;
}

function button(image: IconName, act: string, label: string, click: () => void, looks: Looks = {}): TemplateResult {
  return html`<button
    class="icon-button"
    data-act=${act}
    data-pressed=${String(looks.pressed ?? false)}
    ?data-marked=${looks.marked === true}
    ?disabled=${looks.disabled === true}
    aria-label=${label}
    title=${label}
    @click=${click}
  >
    ${icon(image)}
  </button>`;
}

function opener(id: string, image: IconName, label: string): TemplateResult {
  return html`<button class="icon-button" data-act=${id} popovertarget=${id} aria-label=${label} title=${label}>
    ${icon(image)}
  </button>`;
}

function textOf(event: Event): string {
  return event.target instanceof HTMLInputElement ? event.target.value : '';
}
