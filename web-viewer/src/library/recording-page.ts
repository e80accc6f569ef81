// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Workspace } from '../app/app-model';
import type { Api } from '../lib/api';
import type { HttpError } from '../lib/http';
import type { Recording } from '../lib/protocol/recordings';
import { strings } from '../lib/strings';
import { clockText } from '../recording/record-view';
import { fileOf, getRecording } from '../recording/requests';
import { errorWords } from '../ui/form';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { skeleton } from '../ui/skeleton';
import '../ui/page.css';
import './library.css';
import { nothingHere, stateMark } from './library-page';
import './recording-acts';
import { RecordingEvent } from './recording-acts';
import { actsOf, factsOf, fateOf, titleOf } from './recording-view';
import { words } from './words';

/** One recording: played, with what is known about it and what can be done with it. */
@customElement('cc-recording')
export class RecordingPage extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) workspace!: Workspace;
  @property() recording = '';

  @state() private known: Recording | 'unknown' | 'gone' = 'unknown';
  @state() private error: HttpError | undefined;
  @state() private broken = false;

  override connectedCallback(): void {
    super.connectedCallback();
    const { events } = this.workspace;
    events.connected.subscribe(this.scope, () => void this.load());
    events.event.subscribe(this.scope, (event) => {
      if (event.type === 'recording') this.changed(event.recording);
      if (event.type === 'recording_removed' && event.id === this.recording) this.known = 'gone';
    });
    this.scope.listen(this, RecordingEvent.kType, (event: RecordingEvent) => {
      if (event.gone) this.known = 'gone';
      else this.changed(event.recording);
    });
    void this.load();
  }

  override render(): TemplateResult {
    const t = words();
    return html`<div class="page recording-page">
      <nav>
        <a class="button small" data-act="library" href="/library">${icon('previous')}${t.back}</a>
      </nav>
      ${this.body()}
    </div>`;
  }

  private body(): TemplateResult {
    const t = words();
    const { known } = this;
    if (known === 'gone') return nothingHere(t.goneTitle, t.gone);
    if (known === 'unknown') {
      if (this.error === undefined) return recordingSkeleton(t.loading);
      const again = html`<button class="button primary" @click=${() => void this.load()}>${t.again}</button>`;
      return nothingHere(t.failedTitle, errorWords(this.error), again);
    }
    return html`<h1>${titleOf(known)}</h1>
      ${this.picture(known)} ${this.about(known)}`;
  }

  private picture(recording: Recording): TemplateResult {
    const t = words();
    const { state: phase, id, detail } = recording;
    const waits: Partial<Record<typeof phase, string>> = { recording: t.waitRecording, finishing: t.waitFinishing };
    const wait = waits[phase];
    if (wait !== undefined) return html`<p class="recording-wait" role="status">${wait} ${stateMark(recording)}</p>`;
    if (!actsOf(recording).play) return html`<p class="recording-wait">${detail === '' ? t.states[phase] : detail}</p>`;
    if (this.broken) return html`<p class="recording-wait" role="alert">${t.playFailed}</p>`;
    return html`<video
      class="recording-video"
      controls
      playsinline
      preload="metadata"
      src=${fileOf(id, 'video')}
      poster=${recording.hasThumbnail ? fileOf(id, 'thumbnail') : nothing}
      aria-label=${t.video(titleOf(recording))}
      @error=${() => (this.broken = true)}
    ></video>`;
  }

  private about(recording: Recording): TemplateResult {
    const t = words();
    const fate = fateOf(recording);
    return html`<section class="page-section" aria-label=${t.details}>
      <p>
        <a href=${`/rooms/${recording.room}`}>${recording.roomName}</a> · ${t.day(recording.startedMs)} ·
        ${factsOf(recording)}
      </p>
      <p class="recording-state">${stateMark(recording)}</p>
      ${recording.detail === '' ? nothing : html`<p class="recording-detail">${recording.detail}</p>`}
      ${fate === '' ? nothing : html`<p class="hint">${fate}</p>`} ${gaps(recording)}
      <cc-recording-acts .api=${this.api} .recording=${recording}></cc-recording-acts>
    </section>`;
  }

  private changed(recording: Recording): void {
    if (recording.id !== this.recording) return;
    const before = typeof this.known === 'string' ? [] : this.known.rights;
    this.known = recording.rights.length > 0 ? recording : { ...recording, rights: before };
  }

  private async load(): Promise<void> {
    const outcome = await getRecording(this.api, this.recording, this.scope.signal);
    if (outcome.kind === 'aborted') return;
    this.error = outcome.kind === 'error' ? outcome.error : undefined;
    if (outcome.kind === 'success') this.known = outcome.value;
    else if (outcome.error.status === 404 || outcome.error.status === 403) this.known = 'gone';
  }
}

function recordingSkeleton(told: string): TemplateResult {
  return skeleton(
    told,
    html`<span class="skeleton line"></span><span class="skeleton recording-video"></span>`,
    'waiting-recording',
  );
}

/** Where the picture is missing, and why. */
function gaps({ gaps: all, startedMs }: Recording): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  const t = words();
  return html`<h2>${t.gaps(all.length)}</h2>
    <ul class="recording-gaps">
      ${all.map(
        ({ startMs, endMs, cause }) =>
          html`<li>${t.gap(clockText(startMs - startedMs), strings.duration(endMs - startMs), cause)}</li>`,
      )}
    </ul>`;
}
