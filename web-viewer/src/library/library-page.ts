// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Workspace } from '../app/app-model';
import type { Api } from '../lib/api';
import type { Recording } from '../lib/protocol/recordings';
import { strings } from '../lib/strings';
import { fileOf } from '../recording/requests';
import { errorWords } from '../ui/form';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import '../ui/page.css';
import { labelledSelect } from '../ui/select';
import { skeleton, times } from '../ui/skeleton';
import './library.css';
import { filterOf, LibraryModel, kNoFilter, type Day } from './library-model';
import './recording-acts';
import { RecordingEvent } from './recording-acts';
import { actsOf, factsOf, fateOf, stateText, titleOf } from './recording-view';
import { words } from './words';

/** All recordings that this person may see: find, play, keep, delete. */
@customElement('cc-library')
export class LibraryPage extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) workspace!: Workspace;

  private model!: LibraryModel;

  override connectedCallback(): void {
    super.connectedCallback();
    const { events, rooms } = this.workspace;
    const model = new LibraryModel(this.scope, this.api);
    this.model = model;
    model.filter = filterOf(location.search);
    model.changed.subscribe(this.scope, () => this.requestUpdate());
    rooms.changed.subscribe(this.scope, () => this.requestUpdate());
    events.changed.subscribe(this.scope, () => this.requestUpdate());
    events.connected.subscribe(this.scope, () => void model.load());
    events.event.subscribe(this.scope, (event) => {
      if (event.type === 'recording') model.apply(event.recording);
      if (event.type === 'recording_removed') model.remove(event.id);
    });
    this.scope.listen(this, RecordingEvent.kType, (event: RecordingEvent) => {
      if (event.gone) model.remove(event.recording.id);
      else model.apply(event.recording);
    });
    void model.load();
  }

  override render(): TemplateResult {
    const { model } = this;
    const t = words();
    const offline = this.workspace.events.link === 'lost';
    return html`<div class="page library">
      <h1>${t.kept}</h1>
      ${this.tools()} ${offline ? html`<p class="library-offline" role="status">${t.offline}</p>` : nothing}
      ${this.body()}
      ${
        model.more
          ? html`<button class="button" data-act="more" @click=${() => void model.loadMore()}>${strings.more}</button>`
          : nothing
      }
    </div>`;
  }

  private tools(): TemplateResult {
    const t = words();
    const { model } = this;
    const { filter } = model;
    const rooms = this.workspace.rooms.sorted.map(({ id, name }) => ({ value: id as string, label: name }));
    const value = (event: Event): string => (event.target instanceof HTMLInputElement ? event.target.value : '');
    return html`<search class="page-tools library-tools" aria-label=${t.find}>
      <input
        type="search"
        name="q"
        class="search"
        autocomplete="off"
        aria-label=${t.search}
        placeholder=${t.search}
        .value=${filter.q}
        @input=${(event: Event) => model.setFilter({ q: value(event) })}
      />
      ${labelledSelect('room', t.room, [{ value: '', label: t.allRooms }, ...rooms], filter.room, (room) => model.setFilter({ room }))}
      <label class="labelled"
        ><span>${t.dayLabel}</span>
        <input
          type="date"
          name="day"
          .value=${filter.day}
          @change=${(event: Event) => model.setFilter({ day: value(event) })}
      /></label>
      <label class="labelled"
        ><span>${t.person}</span>
        <input
          type="text"
          name="person"
          maxlength="64"
          autocomplete="off"
          .value=${filter.person}
          @change=${(event: Event) => model.setFilter({ person: value(event).trim() })}
      /></label>
      ${labelledSelect(
        'state',
        t.show,
        [
          { value: '' as const, label: t.kept },
          { value: 'deleted' as const, label: t.bin },
        ],
        filter.state === 'deleted' ? 'deleted' : '',
        (state) => model.setFilter({ state }),
      )}
      ${
        model.isFiltered
          ? html`<button class="button" data-act="clear" @click=${() => model.setFilter(kNoFilter)}>${t.clear}</button>`
          : nothing
      }
    </search>`;
  }

  private body(): TemplateResult {
    const t = words();
    const { model } = this;
    if (model.phase === 'loading') return librarySkeleton(t.loading);
    if (model.phase === 'failed') {
      const told = model.error === undefined ? '' : errorWords(model.error);
      return nothingHere(
        t.failedTitle,
        told,
        html`<button class="button primary" data-act="again" @click=${() => void model.load()}>${t.again}</button>`,
      );
    }
    if (model.days.length > 0) return html`${model.days.map((day) => this.day(day))}`;
    if (model.filter.state === 'deleted') return nothingHere(t.binEmptyTitle, t.binEmpty);
    return model.isFiltered ? nothingHere(t.noneTitle, t.none) : nothingHere(t.emptyTitle, t.empty);
  }

  private day({ startMs, recordings }: Day): TemplateResult {
    const t = words();
    return html`<section class="library-day" aria-label=${t.day(startMs)}>
      <h2>${t.day(startMs)} <span class="hint">${t.count(recordings.length)}</span></h2>
      <ul class="recordings" role="list">
        ${repeat(
          recordings,
          ({ id }) => id,
          (recording) => this.card(recording),
        )}
      </ul>
    </section>`;
  }

  private card(recording: Recording): TemplateResult {
    const t = words();
    const title = titleOf(recording);
    const fate = fateOf(recording);
    const href = `/library/${encodeURIComponent(recording.id)}`;
    return html`<li class="recording" data-recording=${recording.id} data-state=${recording.state}>
      <a class="recording-picture" href=${href} aria-label=${t.play(title)} tabindex="-1">
        ${picture(recording)}${actsOf(recording).play ? icon('play') : nothing}
      </a>
      <div class="recording-body">
        <h3><a href=${href} data-open>${title}</a></h3>
        <p class="hint">${recording.roomName} · ${factsOf(recording)}</p>
        <p class="recording-state">${stateMark(recording)}${gapsMark(recording)}</p>
        ${recording.detail === '' ? nothing : html`<p class="recording-detail">${recording.detail}</p>`}
        ${fate === '' ? nothing : html`<p class="hint">${fate}</p>`}
        <cc-recording-acts .api=${this.api} .recording=${recording}></cc-recording-acts>
      </div>
    </li>`;
  }
}

export function stateMark(recording: Recording): TemplateResult {
  const { state, progress } = recording;
  return html`<span class="recording-mark" data-mark=${state}>
      ${state === 'recording' ? icon('record') : nothing}${stateText(recording)}
    </span>
    ${
      state === 'finishing' && progress !== undefined
        ? html`<progress max="100" value=${progress} aria-label=${stateText(recording)}></progress>`
        : nothing
    }
    ${
      recording.isProtected
        ? html`<span class="recording-mark" data-mark="protected">${icon('shield')}${words().protectedMark}</span>`
        : nothing
    }`;
}

function gapsMark({ gaps }: Recording): TemplateResult | typeof nothing {
  return gaps.length === 0
    ? nothing
    : html`<span class="recording-mark" data-mark="gaps">${words().gaps(gaps.length)}</span>`;
}

/** Decorative: the title says what it is. */
function picture({ id, hasThumbnail }: Recording): TemplateResult {
  return hasThumbnail
    ? html`<img src=${fileOf(id, 'thumbnail')} alt="" loading="lazy" decoding="async" />`
    : html`<span class="recording-blank">${icon('library')}</span>`;
}

/** A day with some recordings. */
function librarySkeleton(told: string): TemplateResult {
  const card = html`<div class="recording">
    <span class="skeleton recording-picture"></span>
    <div class="recording-body waiting-lines">${times(4, html`<span class="skeleton line"></span>`)}</div>
  </div>`;
  return skeleton(
    told,
    html`<span class="skeleton line"></span>
      <div class="recordings">${times(6, card)}</div>`,
    'library-day waiting-recording',
  );
}

export function nothingHere(
  title: string,
  text: string,
  act: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<div class="library-empty" data-empty>
    <h2>${title}</h2>
    <p>${text}</p>
    ${act}
  </div>`;
}
