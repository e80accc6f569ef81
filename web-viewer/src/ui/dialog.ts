// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { strings } from '../lib/strings';
import { icon } from './icons';
import { LightElement } from './light-element';

/** A component that is one modal dialog with a title and a way out. */
export abstract class DialogElement extends LightElement {
  protected get dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  show(): void {
    if (this.dialog?.open === false) this.dialog.showModal();
  }

  hide(): void {
    this.dialog?.close();
  }

  /** `name` is unique in the page: it labels the dialog. */
  protected framed(name: string, title: string, body: unknown): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="${name}-title" @close=${() => this.closed()}>
      <form method="dialog" class="dialog-head">
        <h2 id="${name}-title">${title}</h2>
        <button class="icon-button" aria-label=${strings.close} title=${strings.close}>${icon('close')}</button>
      </form>
      ${body}
    </dialog>`;
  }

  /** Also after Esc. */
  protected closed(): void {
    // Most dialogs have nothing to forget.
  }
}
