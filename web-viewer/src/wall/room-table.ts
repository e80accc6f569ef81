// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RoomId } from '../lib/protocol';
import { strings } from '../lib/strings';
import { icon, stateIcon, type IconName } from '../ui/icons';
import './room-table.css';
import { runMark, type TileFace } from './tile';
import { TileEvent, type TileAct } from './tile-event';
import { kColumns, type Column, type View } from './view';

/** One room of the table; plain values. */
export interface RowFace {
  readonly id: RoomId;
  readonly name: string;
  readonly state: keyof typeof strings.state;
  readonly word: string;
  readonly sentence: string;
  readonly since: string;
  readonly levelDbfs: number | undefined;
  readonly viewers: number;
  readonly unread: number;
  readonly resolution: string;
  readonly bitrateBps: number | undefined;
  readonly open: boolean;
  readonly sound: 'on' | 'off';
  readonly tabStop: boolean;
  readonly run: TileFace['run'];
  readonly runText: string;
}

export interface TableFace {
  readonly view: View;
  readonly rows: readonly RowFace[];
  readonly sortBy: (column: Column) => void;
}

/** The wall as a table: the same rooms and the same acts, for those who read better than they see. */
export function roomTable(face: TableFace): TemplateResult {
  const { table } = strings;
  return html`<div class="table-frame">
    <table class="rooms">
      <caption class="visually-hidden">
        ${table.caption}
      </caption>
      <thead>
        <tr>
          ${kColumns.map((column) => heading(face, column))}
          <th scope="col"><span class="visually-hidden">${table.actions}</span></th>
        </tr>
      </thead>
      <tbody>
        ${repeat(face.rows, (of) => of.id, row)}
      </tbody>
    </table>
  </div>`;
}

function heading({ view, sortBy }: TableFace, column: Column): TemplateResult {
  const { table } = strings;
  const name = table.columns[column] ?? column;
  const sorted = view.column === column;
  return html`<th scope="col" data-column=${column} aria-sort=${sorted ? view.direction : 'none'}>
    <button class="sort" title=${table.sortBy(name)} @click=${() => sortBy(column)}>
      ${name}${sorted ? icon(view.direction) : nothing}
    </button>
  </th>`;
}

function row(face: RowFace): TemplateResult {
  const { tile } = strings;
  const label = face.open ? tile.enlarge(face.name) : tile.watch(face.name);
  return html`<tr data-row=${face.id} data-state=${face.state} ?data-open=${face.open}>
    <th scope="row">
      <button
        class="row-button"
        tabindex=${face.tabStop ? 0 : -1}
        aria-label=${`${label}. ${face.word}. ${face.sentence}`}
        @click=${(event: Event) => ask(event, face.id, 'activate')}
        @focus=${(event: Event) => ask(event, face.id, 'focus')}
      >
        ${face.name}
      </button>
      ${runMark({ ...face, localText: '' })}
    </th>
    <td>
      <span class="badge" data-state=${face.state}>${stateIcon(face.state)}<span>${face.word}</span></span>
    </td>
    <td class="cause">${face.sentence}</td>
    <td>${face.since}</td>
    ${measures(face)}
    <td class="row-acts">${pageLink(face)} ${acts(face)}</td>
  </tr>`;
}

function pageLink({ id, name, unread }: RowFace): TemplateResult {
  const { tile } = strings;
  const label = unread === 0 ? tile.open(name) : `${tile.open(name)} (${tile.unread(unread)})`;
  return html`<a class="icon-button" href=${`/rooms/${id}`} aria-label=${label} title=${label}>
    ${icon('chat')}${unread === 0 ? nothing : html`<span aria-hidden="true">${unread}</span>`}
  </a>`;
}

function measures(face: RowFace): TemplateResult {
  const { tile, stats } = strings;
  return html`<td class="number">${known(face.levelDbfs, tile.levelValue)}</td>
    <td class="number">${stats.number(face.viewers)}</td>
    <td class="number">${known(face.resolution === '' ? undefined : face.resolution, String)}</td>
    <td class="number">${known(face.bitrateBps, bitrateText)}</td>`;
}

export function bitrateText(bps: number): string {
  return `${strings.stats.number(Math.round(bps / 1_000))} kbit/s`;
}

function known<T>(value: T | undefined, write: (value: T) => string): TemplateResult | string {
  if (value !== undefined) return write(value);
  return html`<span aria-hidden="true">–</span><span class="visually-hidden">${strings.table.unknown}</span>`;
}

function acts(face: RowFace): TemplateResult {
  const { tile } = strings;
  if (!face.open) return act(face.id, 'activate', 'play', tile.watch(face.name));
  const on = face.sound === 'on';
  return html`${act(face.id, 'sound', on ? 'soundOn' : 'soundOff', (on ? tile.soundOff : tile.soundOn)(face.name), on)}
  ${act(face.id, 'enlarge', 'enlarge', tile.enlarge(face.name))}
  ${act(face.id, 'close', 'close', tile.close(face.name))}`;
}

function act(id: RoomId, name: TileAct, image: IconName, label: string, pressed = false): TemplateResult {
  return html`<button
    class="icon-button"
    data-act=${name}
    data-pressed=${String(pressed)}
    aria-label=${label}
    title=${label}
    @click=${(event: Event) => ask(event, id, name)}
  >
    ${icon(image)}
  </button>`;
}

function ask(event: Event, id: RoomId, name: TileAct): void {
  event.target?.dispatchEvent(new TileEvent(id, name));
}
