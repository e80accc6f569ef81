// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson } from '../lib/http';
import { parseStorage, type RecorderPlace, type Storage } from '../lib/protocol/recordings';
import { strings } from '../lib/strings';
import { field, problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import { tableSkeleton } from '../ui/skeleton';
import { diskOf, kPlanLimits, kUsualPlan, planned, readPlan, type Plan } from './storage-plan';
import { storageWords } from './storage-words';
import { words } from './words';

const kRefreshMs = 10_000;
/** What is further away than this is nobody's worry, and no estimate either. */
const kFarDays = 3_650;

/** Where recordings go, how long the space lasts, and what another retention would mean. */
@customElement('cc-admin-storage')
export class AdminStorage extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private storage: Storage | undefined;
  @state() private plan: Plan = kUsualPlan;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    this.scope.interval(kRefreshMs, () => void this.load());
  }

  override render(): TemplateResult {
    const t = storageWords();
    return html`<section class="page-section">
        <h2>${t.recorders}</h2>
        ${problemLine(this.problem)} ${this.recorders()} ${this.estimate()}
      </section>
      <section class="page-section">
        <h2>${t.plan}</h2>
        <p class="hint">${t.planLead}</p>
        ${this.form()} ${this.result()}
        <p><a href="/admin/settings">${t.settings}</a></p>
      </section>`;
  }

  private recorders(): TemplateResult | typeof nothing {
    const t = storageWords();
    if (this.storage === undefined) {
      return this.waiting(tableSkeleton(words().loading, 1));
    }
    const { recorders } = this.storage;
    if (recorders.length === 0) return html`<p class="panel-note" data-empty>${t.none}</p>`;
    return html`<div class="table-frame">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${t.name}</th>
            <th scope="col">${t.state}</th>
            <th scope="col">${t.free}</th>
            <th scope="col">${t.place}</th>
          </tr>
        </thead>
        <tbody>
          ${recorders.map(recorderRow)}
        </tbody>
      </table>
    </div>`;
  }

  private estimate(): TemplateResult | typeof nothing {
    const t = storageWords();
    const { bytesPerDay, daysLeft } = this.storage ?? {};
    if (bytesPerDay === undefined || bytesPerDay <= 0) return nothing;
    return html`<p data-estimate>
      ${t.perDay(strings.bytes(bytesPerDay))}
      ${daysLeft === undefined || daysLeft > kFarDays ? nothing : t.left(Math.floor(daysLeft))}
    </p>`;
  }

  private form(): TemplateResult {
    const t = storageWords();
    const names = Object.keys(kPlanLimits) as (keyof Plan)[];
    const changed = (event: Event): void => {
      const form = event.currentTarget;
      if (!(form instanceof HTMLFormElement)) return;
      this.plan = readPlan(
        Object.fromEntries(
          [...new FormData(form)].map(([name, value]) => [name, typeof value === 'string' ? value : '']),
        ),
      );
    };
    return html`<form
      class="page-form inline"
      data-form="plan"
      @input=${changed}
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        this.plan = readPlan(valuesOf(event));
      }}
    >
      ${names.map((name) => {
        const [min, max] = kPlanLimits[name];
        return field({ name, label: t.fields[name], type: 'number', value: String(kUsualPlan[name]), min, max });
      })}
    </form>`;
  }

  private result(): TemplateResult {
    const t = storageWords();
    const { bytesADay, bytesKept, daysThatFit, fits } = planned(this.plan, diskOf(this.storage?.recorders ?? []));
    const verdict = fits === undefined ? t.unknown : fits ? t.fits : t.fitsNot(daysThatFit ?? 0);
    return html`<p role="status" data-plan=${String(fits)}>
      ${t.aDay(strings.bytes(bytesADay))} ${t.kept(strings.bytes(bytesKept))} <strong>${verdict}</strong>
    </p>`;
  }

  private async load(): Promise<void> {
    const storage = await this.tried(this.api.call('GET', '/storage', readJson(parseStorage)));
    if (storage !== undefined) this.storage = storage;
  }
}

function recorderRow({ name, connected, path, free, total, state, detail }: RecorderPlace): TemplateResult {
  const t = storageWords();
  const space = free === undefined || total === undefined ? '–' : t.of(strings.bytes(free), strings.bytes(total));
  return html`<tr data-recorder=${name} data-state=${connected ? state : 'away'}>
    <th scope="row">${name}</th>
    <td>
      ${connected ? t.states[state] : t.away}
      ${detail === '' ? nothing : html`<br /><span class="hint">${detail}</span>`}
    </td>
    <td>
      ${space}
      ${
        free === undefined || total === undefined
          ? nothing
          : html`<meter min="0" max=${total} value=${total - free} aria-label=${space}></meter>`
      }
    </td>
    <td class="wrap"><code>${path}</code></td>
  </tr>`;
}
