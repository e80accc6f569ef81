// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { strings } from '../lib/strings';
import { LightElement } from './light-element';

/** Something that is shown once and has to be carried elsewhere: large, in one piece, easy to copy. */
@customElement('cc-secret')
export class Secret extends LightElement {
  @property() label = '';
  @property() value = '';
  /** What to do with it, and how long it holds. */
  @property() note = '';

  @state() private copied = false;

  override render(): TemplateResult {
    return html`<div class="secret" role="status">
      <p>${this.label}</p>
      <output class="credential" data-secret>${this.value}</output>
      ${this.note === '' ? nothing : html`<p class="hint">${this.note}</p>`}
      <button type="button" class="button" data-act="copy" @click=${() => void this.copy()}>
        ${this.copied ? strings.copied : strings.copy}
      </button>
    </div>`;
  }

  /** Where the browser refuses the clipboard, the text is at least marked for the user's own copying. */
  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.value);
      this.copied = true;
    } catch {
      getSelection()?.selectAllChildren(this.querySelector('output') ?? this);
    }
  }
}
