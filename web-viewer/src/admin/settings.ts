// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson } from '../lib/http';
import { parseSettings, type Setting } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import { problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import './mail-trial';
import { words } from './words';

/** What the school decides about the server, each with its explanation; the server says what it accepts. */
@customElement('cc-admin-settings')
export class AdminSettings extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private settings: readonly Setting[] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const t = words().settings;
    if (this.settings === undefined) {
      return html`${problemLine(this.problem)}
        <p class="panel-note" aria-busy="true">${words().loading}</p>`;
    }
    return html`<p class="hint">${t.lead}</p>
      <form class="page-form settings" data-form="settings" @submit=${this.save}>
        ${this.settings.map((setting) => row(setting))} ${problemLine(this.problem)}
        <div class="dialog-buttons">
          <button class="button primary" ?disabled=${this.busy}>${strings.save}</button>
        </div>
      </form>
      <cc-admin-mail-trial .api=${this.api}></cc-admin-mail-trial>`;
  }

  private async load(): Promise<void> {
    this.settings = await this.tried(this.api.call('GET', '/settings', readJson(parseSettings)));
  }

  /** Only what was changed is sent, so that two administrators do not undo each other's work. */
  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const values = valuesOf(event);
    const changed = (this.settings ?? []).filter(({ key, value }) => (values[key] ?? value) !== value);
    if (changed.length === 0) {
      this.say(words().settings.unchanged);
      return;
    }
    const body = Object.fromEntries(changed.map(({ key }) => [key, values[key]]));
    const saved = await this.tried(this.api.call('PATCH', '/settings', readJson(parseSettings), body), strings.saved);
    if (saved !== undefined) this.settings = saved;
  }
}

function row(setting: Setting): TemplateResult {
  const t = words().settings;
  const { key, kind, explanation, standard, least, most } = setting;
  const id = `setting-${key}`;
  const { number } = strings.stats;
  return html`<div class="setting" data-setting=${key}>
    <label for=${id}><code>${key}</code></label>
    ${input(setting, id)}
    <p id=${`${id}-hint`} class="hint">
      ${explanation}
      ${kind !== 'integer' || least === undefined || most === undefined ? nothing : t.between(number(least), number(most))}
      ${t.standard(standard === '' ? t.empty : standard)}
    </p>
  </div>`;
}

function input({ key, kind, value, choices, least, most }: Setting, id: string): TemplateResult {
  if (kind === 'choice') {
    return html`<select id=${id} class="select" name=${key} aria-describedby=${`${id}-hint`}>
      ${choices.map((choice) => html`<option value=${choice} .selected=${choice === value}>${choice}</option>`)}
    </select>`;
  }
  const type = kind === 'integer' ? 'number' : 'text';
  return html`<input
    id=${id}
    name=${key}
    type=${type}
    .value=${value}
    min=${least ?? nothing}
    max=${most ?? nothing}
    maxlength="500"
    autocomplete="off"
    aria-describedby=${`${id}-hint`}
  />`;
}
