// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { strings } from '../lib/strings';
import { DialogElement } from './dialog';

export interface Question {
  readonly title: string;
  /** What will happen, and whether it can be undone. */
  readonly text: string;
  /** What the button does, as a verb. */
  readonly verb: string;
  /** A choice that goes with it, not ticked. */
  readonly choice?: string;
}

export interface Agreed {
  readonly chosen: boolean;
}

const kNothing: Question = { title: '', text: '', verb: '' };

/** Asks before something that cannot be undone. */
@customElement('cc-confirm')
export class Confirm extends DialogElement {
  @state() private question = kNothing;
  private answer: (agreed: Agreed | false) => void = () => undefined;

  async ask(question: Question): Promise<Agreed | false> {
    this.question = question;
    await this.updateComplete;
    this.show();
    return new Promise((resolve) => (this.answer = resolve));
  }

  override render(): TemplateResult {
    const { title, text, verb, choice } = this.question;
    return this.framed(
      'confirm',
      title,
      html`<p>${text}</p>
        ${
          choice === undefined
            ? nothing
            : html`<label class="choice"><input type="checkbox" name="choice" /> <span>${choice}</span></label>`
        }
        <div class="dialog-buttons">
          <button class="button" @click=${() => this.hide()}>${strings.cancel}</button>
          <button class="button danger" data-act="confirm" @click=${() => this.agree()}>${verb}</button>
        </div>`,
    );
  }

  protected override closed(): void {
    this.answer(false);
  }

  private agree(): void {
    this.answer({ chosen: this.querySelector<HTMLInputElement>('[name="choice"]')?.checked === true });
    this.hide();
  }
}

/** Asks with the page's own dialog. */
export function confirmed(question: Question): Promise<Agreed | false> {
  const dialog = document.querySelector<Confirm>('cc-confirm');
  return dialog === null ? Promise.resolve(false) : dialog.ask(question);
}
