// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { kLongestMessage } from '../lib/protocol/chat';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { lengthOf } from './outbox';
import { words } from './words';

/** The count is shown all the time that something is written, and grows loud near the limit. */
const kNearLimit = 1_800;
const kMostRows = 6;
/** What was typed and not sent, by room: it survives another screen and a new sign-in. */
const kUnsent = new Map<string, string>();

/** Where a message is written: a new one, or one's own that is changed. */
@customElement('cc-composer')
export class Composer extends LightElement {
  /** Names what is being written; its unsent text is kept under this name. */
  @property() name = '';
  @property() label = '';
  /** Of the message that is changed. */
  @property() text = '';
  @property({ attribute: false }) send!: (text: string) => boolean;
  @property({ attribute: false }) typing: () => void = () => undefined;
  /** Offered when there is something to give up. */
  @property({ attribute: false }) cancel: (() => void) | undefined;

  @state() private length = 0;
  @state() private refusedBy = 0;

  private get area(): HTMLTextAreaElement | null {
    return this.querySelector('textarea');
  }

  override render(): TemplateResult {
    const t = words();
    return html`<form class="composer" @submit=${this.submitted}>
      <textarea
        name="message"
        rows="1"
        aria-label=${this.label}
        placeholder=${this.label}
        title=${t.hint}
        aria-describedby=${`count-${this.name}`}
        @input=${this.typed}
        @keydown=${this.pressed}
      ></textarea>
      ${
        this.cancel === undefined
          ? nothing
          : html`<button
              type="button"
              class="icon-button"
              aria-label=${t.discard}
              title=${t.discard}
              @click=${this.cancel}
            >
              ${icon('close')}
            </button>`
      }
      <button class="icon-button send" aria-label=${t.send} title=${t.send} ?disabled=${this.length === 0}>
        ${icon('send')}
      </button>
      <p id=${`count-${this.name}`} class="composer-count" data-loud=${String(this.length >= kNearLimit)} data-count>
        ${this.length === 0 ? t.hint : t.length(this.length, kLongestMessage)}
      </p>
      <p class="problem" role="alert" ?hidden=${this.refusedBy === 0} data-problem>${t.tooLong(this.refusedBy)}</p>
    </form>`;
  }

  protected override firstUpdated(): void {
    const { area } = this;
    if (area === null) return;
    area.value = this.text === '' ? (kUnsent.get(this.name) ?? '') : this.text;
    this.measure();
    if (this.cancel !== undefined) area.focus();
  }

  private typed(): void {
    this.measure();
    if (this.text === '') kUnsent.set(this.name, this.area?.value ?? '');
    if (this.length > 0) this.typing();
  }

  private measure(): void {
    const { area } = this;
    if (area === null) return;
    this.length = lengthOf(area.value);
    if (this.length <= kLongestMessage) this.refusedBy = 0;
    area.rows = Math.min(kMostRows, area.value.split('\n').length);
  }

  /** Enter that ends the composition of a character belongs to the input method. */
  private pressed(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.cancel !== undefined) {
      event.stopPropagation();
      this.cancel();
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    this.submit();
  }

  private submit(): void {
    const { area } = this;
    if (area === null || this.length === 0) return;
    this.refusedBy = Math.max(0, this.length - kLongestMessage);
    if (this.refusedBy > 0 || !this.send(area.value)) return;
    area.value = '';
    kUnsent.delete(this.name);
    this.measure();
  }
}
