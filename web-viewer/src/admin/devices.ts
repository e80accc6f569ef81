// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import type { RoomId } from '../lib/protocol';
import { kDeviceParts, parseCode, parseDevices, parseResult, type Device, type Part } from '../lib/protocol/admin';
import type { RoomStore } from '../lib/rooms';
import { strings } from '../lib/strings';
import { confirmed } from '../ui/confirm';
import { problemLine, problemOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import '../ui/secret';
import { tableSkeleton } from '../ui/skeleton';
import './device-result';
import type { DeviceResult } from './device-result';
import './enrolment-tokens';
import { act } from './users';
import { words } from './words';

const kRefreshMs = 5_000;
type Command = 'log' | 'doctor' | 'restart';

/** A row per classroom, whether its PC was ever set up or not. */
interface Row {
  readonly room: RoomId;
  readonly name: string;
  readonly device: Device | undefined;
}

/** The classroom PCs: set up, look after, shut out. */
@customElement('cc-admin-devices')
export class AdminDevices extends PageElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) rooms!: RoomStore;

  @state() private devices: readonly Device[] | undefined;
  @state() private code: { label: string; value: string; note: string } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    this.scope.interval(kRefreshMs, () => void this.load());
  }

  override render(): TemplateResult {
    const t = words().devices;
    const { code } = this;
    return html`<p class="hint">${t.lead}</p>
      ${problemLine(this.problem)}
      ${
        code === undefined
          ? nothing
          : html`<cc-secret class="large" .label=${code.label} .value=${code.value} .note=${code.note}></cc-secret>`
      }
      ${this.table()}
      ${this.devices === undefined ? nothing : html`<cc-enrolment-tokens .api=${this.api}></cc-enrolment-tokens>`}
      <cc-device-result></cc-device-result>`;
  }

  private rows(): readonly Row[] {
    const classrooms = this.rooms.sorted.filter((room) => room.kind === 'classroom');
    return classrooms.map(({ id, name }) => {
      return { room: id, name, device: this.devices?.find((device) => device.room === id) };
    });
  }

  private table(): TemplateResult | typeof nothing {
    const t = words().devices;
    if (this.devices === undefined) return this.waiting(tableSkeleton(words().loading));
    const rows = this.rows();
    if (rows.length === 0) return html`<p class="panel-note">${strings.nothing}</p>`;
    return html`<div class="table-frame">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${strings.table.columns.room}</th>
            <th scope="col">${t.pc}</th>
            <th scope="col">${t.state}</th>
            <th scope="col">${words().actions}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            rows,
            (row) => row.room,
            (row) => this.row(row),
          )}
        </tbody>
      </table>
    </div>`;
  }

  private row({ room, name, device }: Row): TemplateResult {
    const t = words().devices;
    const connected = device?.connected === true;
    const word = device === undefined ? t.none : connected ? t.connected : t.disconnected;
    return html`<tr data-device=${room} data-connected=${String(connected)}>
      <th scope="row" class="unbroken"><a href=${`/rooms/${room}`}>${name}</a></th>
      <td>
        ${device === undefined ? '–' : html`${device.host} <span class="hint">${device.address}</span>`}
        ${device === undefined || device.software === '' ? nothing : html`<br /><span class="hint">${device.software}</span>`}
      </td>
      <td>
        <strong>${word}</strong>
        ${device?.seenMs === undefined || connected ? nothing : html`<span class="hint">${strings.dateTime(device.seenMs)}</span>`}
        ${device === undefined ? nothing : details(device)}
      </td>
      <td class="acts">
        ${act('code', device === undefined ? t.code : t.replace, name, () => void this.enrol(room, name))}
        ${device === undefined ? nothing : this.commands(room, name)}
      </td>
    </tr>`;
  }

  private commands(room: RoomId, name: string): TemplateResult {
    const t = words().devices;
    return html`${act('log', t.log, name, () => void this.command(room, name, 'log'))}
    ${act('doctor', t.doctor, name, () => void this.command(room, name, 'doctor'))}
    ${act('restart', t.restart, name, () => void this.command(room, name, 'restart'))}
    ${act('revoke', t.revoke, name, () => void this.revoke(room, name))}`;
  }

  /** Asked again and again: an outage keeps the list that is known. */
  private async load(): Promise<void> {
    const outcome = await this.api.call('GET', '/devices', readJson(parseDevices), undefined, this.scope.signal);
    if (outcome.kind === 'success') this.devices = outcome.value;
    if (this.devices === undefined || outcome.kind === 'success') this.problem = problemOf(outcome);
  }

  private async enrol(room: RoomId, name: string): Promise<void> {
    const t = words().devices;
    const made = await this.tried(this.api.call('POST', `/rooms/${room}/enrolment`, readJson(parseCode)));
    if (made === undefined) return;
    const note = t.codeNote(strings.dateTime(made.expiresMs ?? Date.now()));
    this.code = { label: t.codeTitle(name), value: made.value, note };
    await this.updateComplete;
    this.querySelector('cc-secret')?.scrollIntoView({ block: 'nearest' });
  }

  private async command(room: RoomId, name: string, command: Command): Promise<void> {
    const dialog = this.querySelector<DeviceResult>('cc-device-result');
    const request = this.api.call('POST', `/rooms/${room}/device/commands`, readJson(parseResult), { command });
    if (command === 'restart') await this.tried(request, words().devices.restarted(name));
    else await dialog?.follow(`${name}: ${words().devices[command]}`, request, command === 'log' ? 'none' : 'told');
  }

  private async revoke(room: RoomId, name: string): Promise<void> {
    const t = words().devices;
    if (!(await confirmed({ title: t.revokeTitle(name), text: t.revokeText, verb: t.revoke }))) return;
    if (await this.tried(this.api.call('DELETE', `/rooms/${room}/device`, readNothing))) await this.load();
  }
}

const kUnits: Readonly<Record<string, string>> = {
  cpu_percent: '%',
  memory_mb: 'MB',
  temperature_c: '°C',
  disk_free_mb: 'MB',
  clock_offset_ms: 'ms',
};

function details(device: Device): TemplateResult {
  const t = words().devices;
  const names: Readonly<Record<string, string>> = t.resources;
  const known = [...device.resources].filter(([name]) => names[name] !== undefined);
  return html`<dl class="facts">
    ${kDeviceParts.map((name) => partRow(t.parts[name], device.parts[name]))}
    ${known.map(
      ([name, value]) =>
        html`<div>
          <dt>${names[name]}</dt>
          <dd>${strings.stats.number(value)} ${kUnits[name] ?? ''}</dd>
        </div>`,
    )}
  </dl>`;
}

function partRow(label: string, part: Part | undefined): TemplateResult | typeof nothing {
  if (part === undefined) return nothing;
  const states: Readonly<Record<string, string>> = words().devices.partStates;
  return html`<div data-part=${part.state}>
    <dt>${label}</dt>
    <dd>${states[part.state] ?? part.state}${part.cause === '' ? nothing : html`: ${part.cause}`}</dd>
  </div>`;
}
