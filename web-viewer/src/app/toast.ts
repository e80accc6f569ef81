// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';

/** What the last act led to, at the page's foot; the wall says it in its toolbar, where it covers no tile. The live
 *  region has read it out already. */
export function toast(text: string): TemplateResult | typeof nothing {
  return text === '' ? nothing : html`<p class="toast" data-toast aria-hidden="true">${text}</p>`;
}
