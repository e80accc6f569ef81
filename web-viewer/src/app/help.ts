// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { strings } from '../lib/strings';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';

/** The list of keyboard shortcuts. */
@customElement('cc-help')
export class Help extends LightElement {
  show(): void {
    const dialog = this.querySelector('dialog');
    if (dialog?.open === false) dialog.showModal();
  }

  override render(): TemplateResult {
    const { help } = strings;
    return html`<dialog class="dialog" aria-labelledby="help-title">
      <form method="dialog" class="dialog-head">
        <h2 id="help-title">${help.title}</h2>
        <button class="icon-button" aria-label=${help.close} title=${help.close}>${icon('close')}</button>
      </form>
      <dl class="keys">
        ${help.keys.map(
          ([key, what]) =>
            html`<dt><kbd>${key}</kbd></dt>
              <dd>${what}</dd>`,
        )}
      </dl>
      <p class="hint">${help.mouse}</p>
    </dialog>`;
  }
}
