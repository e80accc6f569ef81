// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import type { LinkState } from '../lib/events';
import type { RoomState, Session } from '../lib/protocol';
import { kSoundModes, kThemes, type Settings } from '../lib/settings';
import { kLanguageChoices, kLanguages, strings } from '../lib/strings';
import { icon, stateIcon } from '../ui/icons';
import { labelledSelect } from '../ui/select';

export interface HeaderFace {
  readonly session: Session;
  readonly settings: Settings;
  /** This is the wall; other screens show the way back to it. */
  readonly wall: boolean;
  readonly counts: ReadonlyMap<RoomState, number>;
  readonly link: LinkState;
  /** How long the server has not been heard; undefined when it never was. */
  readonly silentMs: number | undefined;
  /** A room in full view lies over the header. */
  readonly covered: boolean;
  /** What the last act led to; empty when there is nothing to say. */
  readonly toast: string;
  readonly addRoom: (() => void) | undefined;
  readonly showHelp: () => void;
  readonly signOut: () => void;
  /** Why signing out failed; empty when it did not. */
  readonly signOutProblem: string;
}

/** Name, rooms by state at a glance, connection, help, settings. */
export function header(face: HeaderFace): TemplateResult {
  return html`<header class="header" ?inert=${face.covered} ?data-covered=${face.covered}>
    <a class="skip" href="#rooms" @click=${skipToRooms}>${strings.skip}</a>
    ${brand(face.wall)}
    <div class="header-middle">${summary(face.counts)} ${overSummary(face)}</div>
    <span
      class="link"
      data-link=${face.link}
      role="img"
      aria-label=${strings.link[face.link]}
      title=${strings.link[face.link]}
    ></span>
    <button
      class="icon-button"
      data-act="help"
      aria-label=${strings.header.help}
      title=${strings.header.help}
      @click=${face.showHelp}
    >
      ${icon('help')}
    </button>
    <button
      class="icon-button"
      data-act="menu"
      popovertarget="menu"
      aria-label=${strings.header.menu}
      title=${strings.header.menu}
    >
      ${icon('person')}
    </button>
    ${menu(face)}
  </header>`;
}

/** Elsewhere it leads back to the rooms. */
function brand(wall: boolean): TemplateResult {
  const name = html`${icon('logo')}<span class="brand-name">${strings.product}</span>`;
  if (wall) return html`<span class="brand">${name}</span>`;
  const label = `${strings.product}: ${strings.start.toWall}`;
  return html`<a class="brand" href="/" aria-label=${label} title=${strings.start.toWall}
    >${icon('previous')}${name}</a
  >`;
}

function summary(counts: ReadonlyMap<RoomState, number>): TemplateResult {
  return html`<ul class="summary" role="list" aria-label=${strings.wall.summary}>
    ${[...counts].map(([state, rooms]) => count(state, rooms))}
  </ul>`;
}

/** What is said lies over the summary, where it covers no tile and moves none. */
function overSummary({ toast, link, silentMs }: HeaderFace): TemplateResult | typeof nothing {
  // The live region has read it out already.
  if (toast !== '') return html`<p class="toast" data-toast aria-hidden="true" title=${toast}>${toast}</p>`;
  return link === 'lost' ? banner(silentMs) : nothing;
}

function banner(silentMs: number | undefined): TemplateResult {
  const { link } = strings;
  return html`<p class="banner" data-banner="link-lost">
    <strong>${link.lost}</strong>
    <span>${silentMs === undefined ? '' : link.lostFor(silentMs)} ${link.lostDetail}</span>
  </p>`;
}

function count(state: RoomState, rooms: number): TemplateResult | typeof nothing {
  if (rooms === 0) return nothing;
  const word = strings.state[state];
  return html`<li class="badge" data-state=${state} data-summary=${state} title=${`${rooms} ${word}`}>
    ${stateIcon(state)}<span>${rooms}</span><span class="summary-word">${word}</span>
  </li>`;
}

function menu(face: HeaderFace): TemplateResult {
  const { user } = face.session;
  return html`<div id="menu" class="menu" popover>
    <p class="menu-user"><strong>${user.name}</strong><span>${strings.role[user.role] ?? user.role}</span></p>
    <nav class="menu-links" aria-label=${strings.header.menu}>
      <a class="button" href="/library">${icon('library')}${strings.screens.library}</a>
      <a class="button" href="/account">${icon('person')}${strings.screens.account}</a>
      ${
        user.role === 'admin'
          ? html`<a class="button" href="/admin">${icon('view')}${strings.screens.admin}</a>`
          : nothing
      }
    </nav>
    ${themes(face.settings)} ${preferences(face.settings)}
    <label class="choice">
      <input
        type="checkbox"
        name="shortcuts"
        .checked=${face.settings.shortcuts === 'on'}
        @change=${(event: Event) => face.settings.set({ shortcuts: isChecked(event) ? 'on' : 'off' })}
      />${strings.header.help}
    </label>
    ${
      face.addRoom === undefined
        ? nothing
        : html`<button class="button" data-act="add-room" @click=${face.addRoom}>
            ${icon('plus')}${strings.addRoom.open}
          </button>`
    }
    <button class="button" data-act="sign-out" @click=${face.signOut}>${strings.header.signOut}</button>
    ${face.signOutProblem === '' ? nothing : html`<p class="problem" role="alert">${face.signOutProblem}</p>`}
  </div>`;
}

function themes(settings: Settings): TemplateResult {
  return html`<fieldset class="menu-themes">
    <legend>${strings.header.theme}</legend>
    ${kThemes.map(
      (theme) =>
        html`<label class="choice">
          <input
            type="radio"
            name="theme"
            value=${theme}
            .checked=${settings.theme === theme}
            @change=${() => settings.set({ theme })}
          />${strings.header.themes[theme]}
        </label>`,
    )}
  </fieldset>`;
}

function preferences(settings: Settings): TemplateResult {
  const { header: words } = strings;
  const sounds = kSoundModes.map((value) => ({ value, label: words.sounds[value] }));
  const languages = kLanguageChoices.map((value) => ({
    value,
    label: value === 'auto' ? words.asDevice : kLanguages[value],
  }));
  return html`${labelledSelect('sound', words.sound, sounds, settings.sound, (sound) => settings.set({ sound }))}
  ${labelledSelect('language', words.language, languages, settings.language, (language) => settings.set({ language }))}`;
}

/** To the room that the arrow keys start from; the address keeps no trace of it. */
function skipToRooms(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('.stage-button[tabindex="0"], .row-button[tabindex="0"], #rooms')?.focus();
}

function isChecked(event: Event): boolean {
  return event.target instanceof HTMLInputElement && event.target.checked;
}
