// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { strings } from '../lib/strings';
import { icon } from '../ui/icons';
import { DialogElement } from '../ui/dialog';
import { kLongestName, nameOf, type Layout } from './view';
import type { WallModel } from './wall-model';
import type { WallSettings } from './wall-settings';

/** Saved ways to look at the wall: use one, save the present one, remove one. */
@customElement('cc-layouts')
export class Layouts extends DialogElement {
  @property({ attribute: false }) settings!: WallSettings;
  @property({ attribute: false }) wall!: WallModel;

  @state() private problem = '';

  override connectedCallback(): void {
    super.connectedCallback();
    this.settings.changed.subscribe(this.scope, () => this.requestUpdate());
  }

  override show(): void {
    this.problem = '';
    super.show();
  }

  override render(): TemplateResult {
    const { layouts: words } = strings;
    return this.framed(
      'layouts',
      words.title,
      html`
        <p class="hint">${words.lead}</p>
        ${this.list()}
        <form class="save" @submit=${this.save}>
          <label class="field">${words.name}<input name="layout" maxlength=${kLongestName} autocomplete="off" /></label>
          ${this.problem === '' ? '' : html`<p class="problem" role="alert">${this.problem}</p>`}
          <div class="dialog-buttons"><button class="button primary" data-act="layout-save">${words.save}</button></div>
        </form>
      `,
    );
  }

  private list(): TemplateResult {
    const { layouts: words } = strings;
    if (this.settings.layouts.length === 0) return html`<p class="choices-none">${words.none}</p>`;
    return html`<ul class="choices" role="list">
      ${this.settings.layouts.map((layout) => this.item(layout))}
    </ul>`;
  }

  private item(layout: Layout): TemplateResult {
    const { layouts: words } = strings;
    const { name, open } = layout;
    return html`<li>
      <button class="button" data-layout=${name} aria-label=${words.use(name)} @click=${() => this.use(layout)}>
        <span>${name}</span>${open.length === 0 ? '' : html`<span class="hint">${words.rooms(open.length)}</span>`}
      </button>
      <button
        class="icon-button"
        data-act="layout-remove"
        aria-label=${words.remove(name)}
        title=${words.remove(name)}
        @click=${() => this.settings.removeLayout(name)}
      >
        ${icon('remove')}
      </button>
    </li>`;
  }

  private use(layout: Layout): void {
    const open = layout.open.filter((id) => this.wall.rooms.get(id) !== undefined);
    this.settings.setView(layout.view);
    for (const id of this.wall.opened) {
      if (!open.includes(id)) this.wall.closeRoom(id);
    }
    this.wall.openMany(open);
    this.hide();
  }

  private save(event: SubmitEvent): void {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>('input[name="layout"]');
    const name = nameOf(input?.value);
    const kept = this.settings.saveLayout(name, this.wall.opened);
    this.problem = kept ? '' : name === '' ? strings.layouts.missing : strings.layouts.full;
    if (kept && input !== null) input.value = '';
  }
}
