// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { isRoomId, type RoomId } from '../lib/protocol';
import { strings } from '../lib/strings';
import { LightElement } from '../ui/light-element';
import './add-room.css';
import { suggestId } from './room-id';

type Step =
  | { readonly kind: 'form'; readonly error: string }
  | { readonly kind: 'key'; readonly id: RoomId; readonly credential: string | undefined };

/** Dialog in which an administrator adds a room and receives the key for its classroom PC, once. */
@customElement('cc-add-room')
export class AddRoom extends LightElement {
  @property({ attribute: false }) api!: Api;
  @state() private step: Step = { kind: 'form', error: '' };
  @state() private busy = false;
  @state() private copied = false;
  /** The identifier follows the name until somebody types into it. */
  private idTouched = false;

  show(): void {
    this.step = { kind: 'form', error: '' };
    this.idTouched = false;
    this.copied = false;
    this.querySelector('form')?.reset();
    this.querySelector('dialog')?.showModal();
  }

  override render(): TemplateResult {
    return html`<dialog class="dialog" aria-labelledby="add-room-title">
      ${this.step.kind === 'form' ? this.form(this.step.error) : this.key(this.step.credential, this.step.id)}
    </dialog>`;
  }

  private form(error: string): TemplateResult {
    const t = strings.addRoom;
    return html`<form novalidate @submit=${this.submitted}>
      <h2 id="add-room-title">${t.title}</h2>
      <label class="field">
        <span>${t.name}</span>
        <input
          name="name"
          autocomplete="off"
          maxlength="80"
          aria-describedby="add-name-hint"
          @input=${this.nameTyped}
        />
      </label>
      <p id="add-name-hint" class="hint">${t.nameHint}</p>
      <label class="field">
        <span>${t.id}</span>
        <input
          name="id"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          maxlength="63"
          aria-describedby="add-id-hint"
          @input=${() => (this.idTouched = true)}
        />
      </label>
      <p id="add-id-hint" class="hint">${t.idHint}</p>
      ${error === '' ? nothing : html`<p class="problem" role="alert">${error}</p>`}
      <div class="dialog-buttons">
        <button type="button" class="button" @click=${this.hide}>${t.cancel}</button>
        <button class="button primary" ?disabled=${this.busy}>${t.submit}</button>
      </div>
    </form>`;
  }

  private key(credential: string | undefined, id: RoomId): TemplateResult {
    const t = strings.addRoom;
    const known = credential !== undefined;
    return html`<h2 id="add-room-title">${t.keyTitle}</h2>
      <p>${known ? t.keyLead : t.keyFailed}</p>
      ${known ? html`<output class="credential" data-credential>${credential}</output>` : nothing}
      <div class="dialog-buttons">
        ${
          known
            ? html`<button class="button" @click=${() => void this.copy(credential)}>
                ${this.copied ? t.copied : t.copy}
              </button>`
            : html`<button class="button" ?disabled=${this.busy} @click=${() => void this.enrol(id)}>
                ${t.tryAgain}
              </button>`
        }
        <button class="button primary" @click=${this.hide}>${t.done}</button>
      </div>`;
  }

  private input(name: string): HTMLInputElement | null {
    return this.querySelector(`input[name="${name}"]`);
  }

  private nameTyped(): void {
    const id = this.input('id');
    if (!this.idTouched && id !== null) id.value = suggestId(this.input('name')?.value ?? '');
  }

  private submitted(event: SubmitEvent): void {
    event.preventDefault();
    const name = this.input('name')?.value.trim() ?? '';
    const id = this.input('id')?.value.trim() ?? '';
    if (name === '' || !isRoomId(id)) this.step = { kind: 'form', error: strings.addRoom.invalid };
    else void this.add(id, name);
  }

  private async add(id: RoomId, name: string): Promise<void> {
    this.busy = true;
    const outcome = await this.api.addRoom({ id, name });
    if (outcome.kind === 'success') await this.enrol(id);
    if (outcome.kind === 'error') this.step = { kind: 'form', error: words(outcome.error.id) };
    this.busy = false;
  }

  private async enrol(id: RoomId): Promise<void> {
    this.busy = true;
    const outcome = await this.api.enrol(id);
    this.step = { kind: 'key', id, credential: outcome.kind === 'success' ? outcome.value : undefined };
    this.busy = false;
  }

  private async copy(credential: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(credential);
      this.copied = true;
    } catch {
      getSelection()?.selectAllChildren(this.querySelector('[data-credential]') ?? this);
    }
  }

  /** Forgets the key as well. */
  private readonly hide = (): void => {
    this.querySelector('dialog')?.close();
    this.step = { kind: 'form', error: '' };
  };
}

function words(error: string): string {
  const { taken, forbidden, failed } = strings.addRoom;
  return error === 'conflict' ? taken : error === 'forbidden' ? forbidden : failed;
}
