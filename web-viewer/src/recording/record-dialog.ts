// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Workspace } from '../app/app-model';
import type { Api } from '../lib/api';
import type { Outcome } from '../lib/http';
import type { Room, RoomId } from '../lib/protocol';
import { strings } from '../lib/strings';
import { DialogElement } from '../ui/dialog';
import { field, problemLine, problemOf, valuesOf } from '../ui/form';
import { icon } from '../ui/icons';
import { SayEvent } from '../ui/say-event';
import './record-dialog.css';
import { clockText, extendedMs, kMaxMinutes, mayExtend, recordView, runText, type RecordView } from './record-view';
import { changeRecording, saveClip, startRecording, stopRecording } from './requests';
import { words } from './words';

const kTickMs = 500;
const kUsualMinutes = 60;
const kUsualClip = 5;

/** Everything about recording one room: on the server, of what just happened, and on this device. */
@customElement('cc-record')
export class RecordDialog extends DialogElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) workspace!: Workspace;

  @state() private room: RoomId | undefined;
  @state() private problem = '';
  @state() private busy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.scope.interval(kTickMs, () => this.dialog?.open === true && this.requestUpdate());
  }

  async ask(room: RoomId): Promise<void> {
    this.room = room;
    this.problem = '';
    await this.updateComplete;
    this.show();
  }

  override render(): TemplateResult | typeof nothing {
    const room = this.room === undefined ? undefined : this.workspace.rooms.get(this.room);
    if (room === undefined) return nothing;
    const view = recordView(room, this.workspace.rooms.serverNow);
    return this.framed(
      'record',
      strings.recording.open(room.name),
      html`<div class="record" data-run=${view.run} data-for=${room.id}>
        ${problemLine(this.problem)} ${view.run === 'none' ? this.start(room, view) : this.run(room, view)}
        ${this.clip(room, view)} ${this.local(room)}
        <p><a href="/library" @click=${() => this.hide()}>${words().library}</a></p>
      </div>`,
    );
  }

  private start(room: Room, view: RecordView): TemplateResult {
    const t = words();
    if (!view.mayRecord) return part(t.server, html`<p class="hint">${t.mayNot}</p>`);
    return part(
      t.server,
      html`<form
        class="record-form"
        data-form="record"
        @submit=${(event: SubmitEvent) => void this.record(event, room)}
      >
        <p class="hint">${t.serverHint}</p>
        ${field({ name: 'title', label: t.title, maxlength: 120 })}
        ${
          view.prerolls.length < 2
            ? nothing
            : choice('preroll', t.preroll, view.prerolls, 0, (seconds) => (seconds === 0 ? t.now : t.before(seconds)))
        }
        ${choice('minutes', t.stopAfter, kMaxMinutes, kUsualMinutes, t.minutes)}
        <button class="button danger" data-act="record" ?disabled=${this.busy}>${icon('record')}${t.record}</button>
      </form>`,
    );
  }

  private run(room: Room, view: RecordView): TemplateResult {
    const t = words();
    const untilMs = room.recording?.untilMs;
    return part(
      t.server,
      html`<p class="record-run" data-run=${view.run}>
          ${icon('record')}<strong>${runText(room, this.workspace.rooms.serverNow)}</strong>
        </p>
        ${untilMs === undefined ? nothing : html`<p class="hint">${t.until(strings.dateTime(untilMs))}</p>`}
        ${
          view.mayRecord
            ? html`<div class="dialog-buttons">
                ${
                  mayExtend(untilMs, this.workspace.rooms.serverNow)
                    ? html`<button
                        class="button"
                        data-act="extend"
                        ?disabled=${this.busy}
                        @click=${() => void this.extend(room)}
                      >
                        ${t.extend}
                      </button>`
                    : nothing
                }
                <button
                  class="button danger"
                  data-act="stop"
                  ?disabled=${this.busy}
                  @click=${() => void this.stop(room)}
                >
                  ${icon('stop')}${t.stop}
                </button>
              </div>`
            : nothing
        }`,
    );
  }

  private clip(room: Room, view: RecordView): TemplateResult | typeof nothing {
    const t = words();
    if (!view.mayRecord) return nothing;
    if (view.clips.length === 0) return part(t.clip, html`<p class="hint">${t.noRewind}</p>`);
    const usual = view.clips.includes(kUsualClip) ? kUsualClip : (view.clips.at(-1) ?? kUsualClip);
    return part(
      t.clip,
      html`<form class="record-form" data-form="clip" @submit=${(event: SubmitEvent) => void this.save(event, room)}>
        <p class="hint">${t.clipHint}</p>
        ${choice('clip', t.howMuch, view.clips, usual, t.last)}
        <button class="button" data-act="clip" ?disabled=${this.busy}>${t.saveClip}</button>
      </form>`,
    );
  }

  private local(room: Room): TemplateResult {
    const t = words();
    const { local, wall } = this.workspace;
    const running = local.of(room.id);
    if (running !== undefined) {
      const size = strings.bytes(running.bytes);
      return part(
        t.local,
        html`<p class="record-run" data-local>
            ${icon('record')}<strong>${strings.recording.local(clockText(running.elapsedMs), size)}</strong>
          </p>
          <div class="dialog-buttons">
            <button class="button" data-act="local-stop" @click=${() => this.stopLocal(room.id)}>
              ${icon('stop')}${t.localStop}
            </button>
          </div>`,
      );
    }
    const open = wall.player(room.id) !== undefined;
    return part(
      t.local,
      html`<p class="hint">${open ? t.localHint : t.localClosed}</p>
        <div class="dialog-buttons">
          <button class="button" data-act="local-start" ?disabled=${!open} @click=${() => this.startLocal(room.id)}>
            ${icon('record')}${t.localStart}
          </button>
        </div>`,
    );
  }

  private stopLocal(room: RoomId): void {
    this.workspace.local.stop(room);
    this.hide();
  }

  private startLocal(room: RoomId): void {
    void this.workspace.local.start(room);
    this.hide();
  }

  private async record(event: SubmitEvent, room: Room): Promise<void> {
    event.preventDefault();
    const { title = '', preroll = '0', minutes } = valuesOf(event);
    const wish = { title, prerollS: Number(preroll), maxMinutes: Number(minutes) };
    await this.tried(startRecording(this.api, room.id, wish), strings.recording.started(room.name));
  }

  private async stop(room: Room): Promise<void> {
    if (room.recording !== undefined) await this.tried(stopRecording(this.api, room.recording.id), words().stopped);
  }

  private async extend(room: Room): Promise<void> {
    if (room.recording === undefined) return;
    const untilMs = extendedMs(room.recording.untilMs, this.workspace.rooms.serverNow);
    const request = changeRecording(this.api, room.recording.id, { until_ms: untilMs });
    await this.tried(request, words().extended(strings.dateTime(untilMs)));
  }

  private async save(event: SubmitEvent, room: Room): Promise<void> {
    event.preventDefault();
    const seconds = Number(valuesOf(event).clip) * 60;
    await this.tried(saveClip(this.api, room.id, seconds), words().clipSaved);
  }

  private async tried(request: Promise<Outcome<unknown>>, done: string): Promise<void> {
    this.busy = true;
    const outcome = await request;
    this.busy = false;
    this.problem = recordProblem(outcome);
    if (outcome.kind !== 'success') return;
    this.dispatchEvent(new SayEvent(done));
    this.hide();
  }
}

/** Why a request about recordings failed; empty when it did not. */
export function recordProblem(outcome: Outcome<unknown>): string {
  const told = problemOf(outcome);
  if (outcome.kind !== 'error') return told;
  const general = strings.errors[outcome.error.id];
  return told === general ? (words().errors[outcome.error.id] ?? told) : told;
}

function part(title: string, body: TemplateResult): TemplateResult {
  return html`<section class="record-part">
    <h3>${title}</h3>
    ${body}
  </section>`;
}

function choice(
  name: string,
  label: string,
  values: readonly number[],
  usual: number,
  text: (value: number) => string,
): TemplateResult {
  return html`<label class="record-choice">
    <span>${label}</span>
    <select class="select" name=${name}>
      ${values.map((value) => html`<option value=${value} .selected=${value === usual}>${text(value)}</option>`)}
    </select>
  </label>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'cc-record': RecordDialog;
  }
}
