// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson } from '../lib/http';
import { parseAudit, type AuditRow } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import { field, problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import { tableSkeleton } from '../ui/skeleton';
import { actionGroups, actionWords, auditWords, type ActionGroup } from './audit-words';
import { words } from './words';

const kPage = 100;

/** Who did what, when and from where: filter, read on, export. */
@customElement('cc-admin-audit')
export class AdminAudit extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private entries: readonly AuditRow[] | undefined;
  @state() private next: string | undefined;
  @state() private filter = new URLSearchParams();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const t = words().audit;
    return html`<form class="page-form inline" data-form="audit" @submit=${this.apply}>
        ${field({ name: 'actor', label: t.actor, maxlength: 64 })} ${actionField(t.action)}
        ${field({ name: 'room', label: t.room, maxlength: 63 })}
        ${field({ name: 'from', label: t.from, type: 'datetime-local' })}
        ${field({ name: 'to', label: t.to, type: 'datetime-local' })}
        <button class="button primary" ?disabled=${this.busy}>${t.apply}</button>
      </form>
      <p class="export-links">
        ${(['csv', 'json'] as const).map(
          (format) =>
            html`<a class="button" data-export=${format} href=${this.exportPath(format)} download
              >${t.export} (${format.toUpperCase()})</a
            >`,
        )}
      </p>
      ${problemLine(this.problem)} ${this.table()}
      ${
        this.next === undefined
          ? nothing
          : html`<button class="button" @click=${() => void this.load(this.next)}>${strings.more}</button>`
      }`;
  }

  private table(): TemplateResult | typeof nothing {
    const t = words().audit;
    if (this.entries === undefined) return this.waiting(tableSkeleton(words().loading));
    if (this.entries.length === 0) return html`<p class="panel-note">${strings.nothing}</p>`;
    return html`<div class="table-frame">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">${t.at}</th>
            <th scope="col">${t.actor}</th>
            <th scope="col">${t.action}</th>
            <th scope="col">${t.room}</th>
            <th scope="col">${t.detail}</th>
            <th scope="col">${t.address}</th>
          </tr>
        </thead>
        <tbody>
          ${this.entries.map(row)}
        </tbody>
      </table>
    </div>`;
  }

  private exportPath(format: string): string {
    const query = new URLSearchParams(this.filter);
    query.set('format', format);
    return `/api/v1/audit/export?${query}`;
  }

  private apply(event: SubmitEvent): void {
    event.preventDefault();
    const { actor = '', action = '', room = '', from = '', to = '' } = valuesOf(event);
    const filter = new URLSearchParams();
    for (const [name, value] of Object.entries({ actor, action, room })) if (value !== '') filter.set(name, value);
    // What a person enters is in their own time zone.
    if (from !== '') filter.set('from_ms', String(new Date(from).getTime()));
    if (to !== '') filter.set('to_ms', String(new Date(to).getTime()));
    this.filter = filter;
    void this.load();
  }

  private async load(after?: string): Promise<void> {
    const query = new URLSearchParams(this.filter);
    query.set('limit', String(kPage));
    if (after !== undefined) query.set('after', after);
    const page = await this.tried(this.api.call('GET', `/audit?${query}`, readJson(parseAudit)));
    if (page === undefined) return;
    this.entries = after === undefined ? page.items : [...(this.entries ?? []), ...page.items];
    this.next = page.next;
  }
}

/** All of one kind, or one action; to the server both are the beginning of a name. */
function actionField(label: string): TemplateResult {
  return html`<label class="field">
    <span>${label}</span>
    <select class="select" name="action">
      <option value="">${auditWords().all}</option>
      ${actionGroups().map(actionOptions)}
    </select>
  </label>`;
}

function actionOptions({ noun, prefix, actions }: ActionGroup): TemplateResult {
  const all = actions.length < 2 ? nothing : html`<option value=${prefix}>${auditWords().allOf(noun)}</option>`;
  return html`<optgroup label=${noun}>
    ${all} ${actions.map((action) => html`<option value=${action}>${actionWords(action)}</option>`)}
  </optgroup>`;
}

function row(entry: AuditRow): TemplateResult {
  return html`<tr data-audit=${entry.action}>
    <td><time datetime=${new Date(entry.atMs).toISOString()}>${strings.dateTime(entry.atMs)}</time></td>
    <td>${entry.actor}</td>
    <td title=${entry.action}>${actionWords(entry.action)}</td>
    <td>${entry.room}</td>
    <td class="wrap">${entry.detail}</td>
    <td>${entry.address}</td>
  </tr>`;
}
