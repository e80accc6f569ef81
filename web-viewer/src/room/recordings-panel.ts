// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Workspace } from '../app/app-model';
import type { Api } from '../lib/api';
import type { RoomId } from '../lib/protocol';
import type { Recording } from '../lib/protocol/recordings';
import { strings } from '../lib/strings';
import { kNoFilter, LibraryModel, type Day } from '../library/library-model';
import { factsOf, stateText, titleOf } from '../library/recording-view';
import { words as libraryWords } from '../library/words';
import { errorWords } from '../ui/form';
import { LightElement } from '../ui/light-element';
import { linesSkeleton } from '../ui/skeleton';
import { words } from './words';

/** What was recorded of this room, the newest first; the library has the rest of what can be done with it. */
@customElement('cc-room-recordings')
export class RecordingsPanel extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) workspace!: Workspace;
  @property({ attribute: false }) room!: RoomId;

  private model!: LibraryModel;

  override connectedCallback(): void {
    super.connectedCallback();
    const { events } = this.workspace;
    const model = new LibraryModel(this.scope, this.api);
    this.model = model;
    model.filter = { ...kNoFilter, room: this.room };
    model.changed.subscribe(this.scope, () => this.requestUpdate());
    events.connected.subscribe(this.scope, () => void model.load());
    events.event.subscribe(this.scope, (event) => {
      if (event.type === 'recording') model.apply(event.recording);
      if (event.type === 'recording_removed') model.remove(event.id);
    });
    void model.load();
  }

  override render(): TemplateResult {
    const { model } = this;
    const t = words();
    return html`<div class="panel-scroll">
      ${this.body()}
      ${
        model.more
          ? html`<button class="button wide" @click=${() => void model.loadMore()}>${strings.more}</button>`
          : nothing
      }
      <p class="room-library"><a class="button" href=${`/library?room=${this.room}`}>${t.recordingsAll}</a></p>
    </div>`;
  }

  private body(): TemplateResult {
    const { phase, error, days } = this.model;
    if (phase === 'loading') return linesSkeleton(libraryWords().loading);
    if (phase === 'failed' && error !== undefined)
      return html`<p class="problem" role="alert">${errorWords(error)}</p>`;
    if (days.length === 0) return html`<p class="panel-note" data-empty>${words().recordingsNone}</p>`;
    return html`${days.map(dayOf)}`;
  }
}

function dayOf({ startMs, recordings }: Day): TemplateResult {
  return html`<h2 class="panel-title">${libraryWords().day(startMs)}</h2>
    <ul class="room-recordings" role="list">
      ${repeat(recordings, ({ id }) => id, rowOf)}
    </ul>`;
}

function rowOf(recording: Recording): TemplateResult {
  const { id, state } = recording;
  return html`<li data-recording=${id} data-state=${state}>
    <a href=${`/library/${id}`}>${titleOf(recording)}</a>
    <span class="hint">${factsOf(recording)}${state === 'ready' ? nothing : html` · ${stateText(recording)}`}</span>
  </li>`;
}
