// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { strings } from '../lib/strings';
import { pageSkeleton, roomSkeleton } from '../ui/skeleton';
import type { Part } from './lazy';

/** Before there is anything to show: quiet, because it is short. */
export function loading(text: string): TemplateResult {
  return html`<div class="message quiet" aria-busy="true"><p>${text}</p></div>`;
}

/** A screen whose code is on its way; the entry has a card in the middle, which nothing foretells. */
export function partSkeleton(part: Part): TemplateResult {
  const told = strings.screens.loading;
  if (part === 'entry') return loading(told);
  return part === 'room' ? roomSkeleton(told) : pageSkeleton(told);
}

export function unreachable(again: () => void): TemplateResult {
  const { start } = strings;
  return html`<main data-screen="unreachable">
    ${message(start.unreachableTitle, start.unreachable, html`<button class="button primary" @click=${again}>${start.again}</button>`)}
  </main>`;
}

export function notFound(): TemplateResult {
  const { start } = strings;
  return message(start.notFoundTitle, start.notFound, toWall());
}

export function notAllowed(): TemplateResult {
  const { screens } = strings;
  return html`<div data-not-allowed>${message(screens.notAllowedTitle, screens.notAllowed, toWall())}</div>`;
}

/** The code of a screen could not be fetched. */
export function failed(): TemplateResult {
  const { screens } = strings;
  const again = html`<button class="button primary" @click=${() => location.reload()}>${screens.reload}</button>`;
  return message(screens.failedTitle, screens.failed, again);
}

export function message(title: string, text: string, act: TemplateResult): TemplateResult {
  return html`<div class="message">
    <h1>${title}</h1>
    <p>${text}</p>
    ${act}
  </div>`;
}

export function toWall(): TemplateResult {
  return html`<a class="button primary" href="/">${strings.start.toWall}</a>`;
}
