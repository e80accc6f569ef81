// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import type { Recording } from '../lib/protocol/recordings';
import { strings } from '../lib/strings';
import {
  changeRecording,
  deleteRecording,
  fileOf,
  restoreRecording,
  stopRecording,
  type RecordingChange,
} from '../recording/requests';
import { confirmed } from '../ui/confirm';
import { problemLine, valuesOf } from '../ui/form';
import { icon, type IconName } from '../ui/icons';
import { PageElement } from '../ui/page-element';
import { actsOf, titleOf } from './recording-view';
import { words } from './words';

/** A recording became another, or is gone for good. */
export class RecordingEvent extends Event {
  static readonly kType = 'cc-recording-changed';
  constructor(
    readonly recording: Recording,
    readonly gone = false,
  ) {
    super(RecordingEvent.kType, { bubbles: true });
  }
}

/** What a person may do with a recording, as buttons. */
@customElement('cc-recording-acts')
export class RecordingActions extends PageElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) recording!: Recording;

  @state() private renaming = false;

  override render(): TemplateResult {
    const t = words();
    const acts = actsOf(this.recording);
    const { isProtected } = this.recording;
    return html`<div class="recording-acts">
        ${acts.stop ? this.button('stop', t.stop, 'stop', () => void this.stop()) : nothing}
        ${acts.download ? this.download() : nothing}
        ${acts.change ? this.button('rename', t.rename, 'edit', () => void this.rename()) : nothing}
        ${
          acts.change
            ? this.button('protect', isProtected ? t.unprotect : t.protect, 'shield', () => void this.protect())
            : nothing
        }
        ${acts.remove ? this.button('delete', t.remove, 'remove', () => void this.discard()) : nothing}
        ${acts.restore ? this.button('restore', t.restore, 'restart', () => void this.restore()) : nothing}
        ${acts.purge ? this.button('purge', t.purge, 'remove', () => void this.purge()) : nothing}
      </div>
      ${this.renaming ? this.form() : nothing} ${problemLine(this.problem)}`;
  }

  private button(act: string, label: string, image: IconName, click: () => void): TemplateResult {
    const full = `${label}: ${titleOf(this.recording)}`;
    return html`<button
      class="button small"
      data-act=${act}
      aria-label=${full}
      title=${full}
      ?disabled=${this.busy}
      @click=${click}
    >
      ${icon(image)}${label}
    </button>`;
  }

  private download(): TemplateResult {
    const t = words();
    const label = `${t.download}: ${titleOf(this.recording)}`;
    return html`<a
      class="button small"
      data-act="download"
      href=${fileOf(this.recording.id, 'download')}
      download
      aria-label=${label}
      title=${label}
      >${icon('download')}${t.download}</a
    >`;
  }

  private form(): TemplateResult {
    const t = words();
    return html`<form class="recording-rename" data-form="rename" @submit=${this.renamed}>
      <input name="title" maxlength="120" autocomplete="off" aria-label=${t.title} .value=${this.recording.title} />
      <button class="button small primary" ?disabled=${this.busy}>${strings.save}</button>
      <button type="button" class="button small" @click=${() => (this.renaming = false)}>${strings.cancel}</button>
    </form>`;
  }

  private async rename(): Promise<void> {
    this.renaming = true;
    await this.updateComplete;
    this.querySelector('input')?.select();
  }

  private readonly renamed = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const { title = '' } = valuesOf(event);
    if (await this.change({ title }, words().renamed)) this.renaming = false;
  };

  private protect(): Promise<boolean> {
    const isProtected = !this.recording.isProtected;
    return this.change({ protected: isProtected }, isProtected ? words().protected : words().unprotected);
  }

  private async change(change: RecordingChange, done: string): Promise<boolean> {
    const changed = await this.tried(changeRecording(this.api, this.recording.id, change), done);
    if (changed !== undefined) this.tell(changed);
    return changed !== undefined;
  }

  private async stop(): Promise<void> {
    if (await this.tried(stopRecording(this.api, this.recording.id))) {
      this.tell({ ...this.recording, state: 'finishing', progress: undefined });
    }
  }

  private async discard(): Promise<void> {
    const t = words();
    const question = { title: t.removeTitle, text: t.removeText(titleOf(this.recording)), verb: t.remove };
    if (!(await confirmed(question))) return;
    if (await this.tried(deleteRecording(this.api, this.recording.id), t.removed)) {
      this.tell({ ...this.recording, state: 'deleted' });
    }
  }

  private async restore(): Promise<void> {
    if (await this.tried(restoreRecording(this.api, this.recording.id), words().restored)) {
      this.tell({ ...this.recording, state: 'ready', deletedMs: undefined, purgeMs: undefined });
    }
  }

  private async purge(): Promise<void> {
    const t = words();
    const question = { title: t.purgeTitle, text: t.purgeText(titleOf(this.recording)), verb: t.purge };
    if (!(await confirmed(question))) return;
    if (await this.tried(deleteRecording(this.api, this.recording.id), t.purged)) this.tell(this.recording, true);
  }

  private tell(recording: Recording, gone = false): void {
    this.dispatchEvent(new RecordingEvent(recording, gone));
  }
}
