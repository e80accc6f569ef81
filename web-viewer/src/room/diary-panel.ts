// SPDX-License-Identifier: MIT
import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson } from '../lib/http';
import { kRoomStates, type RoomId, type RoomState } from '../lib/protocol';
import { parseDiary, parseUptime, type DiaryEntry, type Uptime } from '../lib/protocol/people';
import { strings } from '../lib/strings';
import { problemLine, problemOf } from '../ui/form';
import { stateIcon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { linesSkeleton } from '../ui/skeleton';
import { toldSentence } from '../wall/tile-view';
import { words } from './words';

const kDayMs = 24 * 3_600_000;
const kPage = 50;
const kRefreshMs = 15_000;

/** Every change of a room's state with its cause, the newest first, and how the last day went. */
@customElement('cc-diary')
export class DiaryPanel extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) room!: RoomId;

  @state() private entries: readonly DiaryEntry[] | undefined;
  @state() private next: string | undefined;
  @state() private uptime: Uptime | undefined;
  @state() private problem = '';

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    this.scope.interval(kRefreshMs, () => void this.load());
  }

  override render(): TemplateResult {
    const t = words();
    if (this.entries === undefined && this.problem === '') {
      return html`<div class="panel-scroll">${linesSkeleton(strings.screens.loading, 10)}</div>`;
    }
    return html`<div class="panel-scroll">
      ${this.uptime === undefined ? nothing : bar(this.uptime)} ${problemLine(this.problem)}
      ${this.entries?.length === 0 ? html`<p class="panel-note">${t.diaryEmpty}</p>` : nothing}
      <ol class="diary" role="list">
        ${this.entries?.map(entryRow)}
      </ol>
      ${
        this.next === undefined
          ? nothing
          : html`<button class="button wide" @click=${() => void this.load(this.next)}>${strings.more}</button>`
      }
    </div>`;
  }

  /** The newest page again, or the one after `after`. Pages that were shown already stay. */
  private async load(after?: string): Promise<void> {
    const path = `/rooms/${this.room}/diary?limit=${kPage}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`;
    const outcome = await this.api.call('GET', path, readJson(parseDiary), undefined, this.scope.signal);
    this.problem = problemOf(outcome);
    if (outcome.kind !== 'success') return;
    const { items, next } = outcome.value;
    const shown = this.entries ?? [];
    this.entries = after === undefined ? joined(items, shown) : [...shown, ...items];
    if (after !== undefined || shown.length === 0) this.next = next;
    if (after === undefined) await this.loadUptime();
  }

  private async loadUptime(): Promise<void> {
    const to = Date.now();
    const path = `/rooms/${this.room}/uptime?from_ms=${to - kDayMs}&to_ms=${to}`;
    const outcome = await this.api.call('GET', path, readJson(parseUptime), undefined, this.scope.signal);
    if (outcome.kind === 'success') this.uptime = outcome.value;
  }
}

function joined(newest: readonly DiaryEntry[], shown: readonly DiaryEntry[]): readonly DiaryEntry[] {
  const last = newest.at(-1)?.id;
  const index = shown.findIndex(({ id }) => id === last);
  return index < 0 ? newest : [...newest, ...shown.slice(index + 1)];
}

function entryRow(entry: DiaryEntry): TemplateResult {
  const state = kRoomStates.find((known) => known === entry.state);
  return html`<li data-entry=${entry.id}>
    <time datetime=${new Date(entry.atMs).toISOString()}>${strings.dateTime(entry.atMs)}</time>
    ${
      state === undefined
        ? html`<span>${entry.state}</span>`
        : html`<span class="badge" data-state=${state}>${stateIcon(state)}<span>${strings.state[state]}</span></span>`
    }
    <p>${toldSentence(entry)}</p>
  </li>`;
}

/** Shares of the day by state; the list below says the same in words. */
function bar(uptime: Uptime): TemplateResult {
  const t = words();
  const total = [...uptime.states.values()].reduce((sum, ms) => sum + ms, 0);
  const percent = strings.stats.number(uptime.livePercent);
  let from = 0;
  const parts = [...uptime.states].map(([state, ms]) => {
    const width = total === 0 ? 0 : (ms / total) * 100;
    from += width;
    return { state, width, x: from - width };
  });
  return html`<h2 class="panel-title">${t.uptime}</h2>
    <p class="hint" data-uptime=${uptime.livePercent}>${t.live(percent)}</p>
    <svg class="uptime" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=${t.live(percent)}>
      ${parts.map(({ state, width, x }) => share(state, width, x))}
    </svg>`;
}

function share(state: RoomState, width: number, x: number): SVGTemplateResult {
  return svg`<rect class="uptime-part" data-state=${state} x=${x} width=${width} height="6" />`;
}
