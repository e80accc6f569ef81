// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson } from '../lib/http';
import { parseSettings, type Setting } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import { problemLine, valuesOf } from '../ui/form';
import { PageElement } from '../ui/page-element';
import { sectionSkeleton } from '../ui/skeleton';
import './mail-trial';
import { settingFields, valueOf, wrongWith, type SettingField } from './setting-fields';
import { settingWords } from './setting-words';
import { words } from './words';

/** What the school decides about the server, each with its explanation. */
@customElement('cc-admin-settings')
export class AdminSettings extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private settings: readonly Setting[] | undefined;
  /** By key. */
  @state() private wrongs: Readonly<Record<string, string>> = {};

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    const t = words().settings;
    if (this.settings === undefined) {
      return html`${problemLine(this.problem)} ${this.waiting(sectionSkeleton(words().loading, 6, 5))}`;
    }
    return html`<p class="hint">${t.lead}</p>
      <form class="settings" data-form="settings" novalidate @submit=${this.save}>
        ${settingFields(this.settings).map(
          ([group, fields]) =>
            html`<section class="page-section">
              <h2>${settingWords().groups[group]}</h2>
              ${fields.map((one) => row(one, this.wrongs[one.setting.key]))}
            </section>`,
        )}
        ${problemLine(this.problem)}
        <div class="settings-save">
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
    const changed = settingFields(this.settings ?? [])
      .flatMap(([, fields]) => fields)
      .map((one) => ({ one, typed: values[one.setting.key] ?? one.value }))
      .filter(({ one, typed }) => typed !== one.value);
    this.problem = '';
    const wrongs = changed.map(({ one, typed }): [string, string] => [one.setting.key, wrongWith(one, typed)]);
    this.wrongs = Object.fromEntries(wrongs.filter(([, text]) => text !== ''));
    const [wrong] = Object.keys(this.wrongs);
    if (wrong !== undefined) {
      this.querySelector<HTMLElement>(`[name="${wrong}"]`)?.focus();
      return;
    }
    if (changed.length === 0) {
      this.say(words().settings.unchanged);
      return;
    }
    const body = Object.fromEntries(changed.map(({ one, typed }) => [one.setting.key, valueOf(one, typed)]));
    const saved = await this.tried(this.api.call('PATCH', '/settings', readJson(parseSettings), body), strings.saved);
    if (saved !== undefined) this.settings = saved;
  }
}

function row(of: SettingField, wrong: string | undefined): TemplateResult {
  const t = words().settings;
  const { setting, words: own, standard, unit } = of;
  const id = `setting-${setting.key}`;
  const shown = own.choices?.[standard] ?? [standard, unit].filter((part) => part !== '').join(' ');
  return html`<div class="setting" data-setting=${setting.key}>
    <label for=${id}>${own.label}</label>
    <div class="setting-value">${input(of, id, wrong)}${unit === '' ? nothing : html`<span>${unit}</span>`}</div>
    ${wrong === undefined ? nothing : html`<p id=${`${id}-wrong`} class="problem" role="alert">${wrong}</p>`}
    <p id=${`${id}-hint`} class="hint">${own.hint} ${t.standard(standard === '' ? t.empty : shown)}</p>
  </div>`;
}

function input({ setting, words: own, value }: SettingField, id: string, wrong: string | undefined): TemplateResult {
  const { key, kind, choices } = setting;
  if (kind === 'choice') {
    return html`<select id=${id} class="select" name=${key} aria-describedby=${`${id}-hint`}>
      ${choices.map(
        (choice) =>
          html`<option value=${choice} .selected=${choice === value}>${own.choices?.[choice] ?? choice}</option>`,
      )}
    </select>`;
  }
  return html`<input
    id=${id}
    name=${key}
    type="text"
    inputmode=${kind === 'integer' ? 'decimal' : nothing}
    .value=${value}
    maxlength=${kind === 'integer' ? 16 : 500}
    autocomplete="off"
    aria-invalid=${wrong === undefined ? nothing : 'true'}
    aria-describedby=${wrong === undefined ? `${id}-hint` : `${id}-wrong ${id}-hint`}
  />`;
}
