// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { strings } from '../lib/strings';
import { DialogElement } from '../ui/dialog';

/** The list of keyboard shortcuts. */
@customElement('cc-help')
export class Help extends DialogElement {
  override render(): TemplateResult {
    const { help } = strings;
    return this.framed(
      'help',
      help.title,
      html`
        <dl class="keys">
          ${help.keys.map(
            ([key, what]) =>
              html`<dt><kbd>${key}</kbd></dt>
                <dd>${what}</dd>`,
          )}
        </dl>
        <p class="hint">${help.mouse}</p>
      `,
    );
  }
}
