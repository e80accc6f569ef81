// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import './room-frame.css';
import './skeleton.css';

const kRows = 8;
const kLines = 5;

/** The shape of what is on its way, for those who see it; `told` is for those who hear it. */
export function skeleton(told: string, shape: TemplateResult, kind = ''): TemplateResult {
  return html`<div class=${`waiting ${kind}`} aria-busy="true" data-skeleton>
    <p class="visually-hidden">${told}</p>
    ${shape}
  </div>`;
}

/** Of a list on a page. */
export function tableSkeleton(told: string, rows = kRows): TemplateResult {
  const row = html`<div class="waiting-row">
    <span class="skeleton line"></span><span class="skeleton line"></span><span class="skeleton line"></span
    ><span class="skeleton line"></span>
  </div>`;
  return skeleton(told, html`${times(rows, row)}`, 'waiting-table');
}

/** Of messages, entries and other short texts below each other. */
export function linesSkeleton(told: string, lines = kLines): TemplateResult {
  return skeleton(told, html`${times(lines, html`<span class="skeleton line"></span>`)}`, 'waiting-lines');
}

/** Of parts with a heading. */
export function sectionSkeleton(told: string, lines: number, sections = 1): TemplateResult {
  const text = html`${times(lines, html`<span class="skeleton line"></span>`)}`;
  return skeleton(told, html`${times(sections, html`<div class="waiting-section waiting-lines">${text}</div>`)}`);
}

/** Of a tile: head, picture, foot. */
export function tileSkeleton(): TemplateResult {
  return html`<div class="waiting-tile">
    <span class="skeleton line"></span><span class="skeleton"></span><span class="skeleton line"></span>
  </div>`;
}

/** Of a page whose code is on its way. */
export function pageSkeleton(told: string): TemplateResult {
  const row = html`<span class="skeleton"></span>`;
  return skeleton(told, html`<span class="skeleton line"></span>${times(kRows, row)}`, 'waiting-page');
}

/** Of a room's page: picture, and a panel with tabs. */
export function roomSkeleton(told: string): TemplateResult {
  const tab = html`<span class="skeleton line"></span>`;
  return skeleton(
    told,
    html`<div class="room-stage">${tileSkeleton()}</div>
      <div class="room-side">
        <div class="waiting-tabs">${times(4, tab)}</div>
        <div class="waiting-lines">${times(kLines, tab)}</div>
      </div>`,
    'room',
  );
}

export function times(count: number, part: TemplateResult): TemplateResult[] {
  return Array.from({ length: count }, () => part);
}
