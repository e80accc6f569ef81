// SPDX-License-Identifier: MIT
import type { Api } from '../lib/api';
import { Emitter } from '../lib/emitter';
import { readJson, type HttpError, type Outcome } from '../lib/http';
import { parseRecordings, type Recording, type RecordingState } from '../lib/protocol/recordings';
import type { Scope } from '../lib/scope';

const kPage = 50;
/** Somebody types: one request for the word, not one for each letter. */
const kTypingMs = 300;

/** What is looked for; an empty member leaves it open. */
export interface LibraryFilter {
  readonly q: string;
  readonly room: string;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly person: string;
  readonly state: '' | RecordingState;
}

export const kNoFilter: LibraryFilter = { q: '', room: '', day: '', person: '', state: '' };

/** Recordings of one day, the newest first. */
export interface Day {
  /** Midnight in this device's zone, Unix milliseconds. */
  readonly startMs: number;
  readonly recordings: readonly Recording[];
}

/** The recordings that a person may see, as far as they were asked for. */
export class LibraryModel {
  readonly changed = new Emitter();
  phase: 'loading' | 'ready' | 'failed' = 'loading';
  error: HttpError | undefined;
  /** There are more than were fetched. */
  more = false;
  filter: LibraryFilter = kNoFilter;

  private items: readonly Recording[] = [];
  private next: string | undefined;
  private asking = 0;
  private cancelTyping: () => void = () => undefined;

  constructor(
    private readonly scope: Scope,
    private readonly api: Api,
  ) {}

  get days(): readonly Day[] {
    return byDay(this.items);
  }

  get isFiltered(): boolean {
    return Object.values(this.filter).some((value) => value !== '');
  }

  find(id: string): Recording | undefined {
    return this.items.find((recording) => recording.id === id);
  }

  setFilter(part: Partial<LibraryFilter>): void {
    this.filter = { ...this.filter, ...part };
    this.cancelTyping();
    const soon = part.q === undefined ? 0 : kTypingMs;
    this.cancelTyping = this.scope.timeout(soon, () => void this.load());
    this.changed.emit();
  }

  /** The newest page. What is shown stays until the answer is there. */
  async load(): Promise<void> {
    await this.ask(undefined);
  }

  async loadMore(): Promise<void> {
    if (this.next !== undefined) await this.ask(this.next);
  }

  /** A recording is new or changed; what does not fit the filter waits for the next look. */
  apply(recording: Recording): void {
    const known = this.items.some(({ id }) => id === recording.id);
    const fits = matches(this.filter, recording);
    if (!known && !fits) return;
    const others = this.items.filter(({ id }) => id !== recording.id);
    // Events do not repeat what the person may do.
    const rights = recording.rights.length > 0 ? recording.rights : (this.find(recording.id)?.rights ?? []);
    this.items = fits ? sorted([...others, { ...recording, rights }]) : others;
    this.changed.emit();
  }

  /** It is gone for good. */
  remove(id: string): void {
    this.items = this.items.filter((recording) => recording.id !== id);
    this.changed.emit();
  }

  private async ask(before: string | undefined): Promise<void> {
    const turn = ++this.asking;
    if (this.items.length === 0) this.phase = 'loading';
    this.changed.emit();
    const path = `/recordings?${queryOf(this.filter, before)}`;
    const outcome = await this.api.call('GET', path, readJson(parseRecordings), undefined, this.scope.signal);
    // A later question was asked meanwhile.
    if (turn === this.asking) this.answered(outcome, before);
  }

  private answered(outcome: Outcome<{ recordings: readonly Recording[]; next: string | undefined }>, before?: string) {
    if (outcome.kind === 'aborted') return;
    if (outcome.kind === 'success') {
      const { recordings, next } = outcome.value;
      const ids = new Set(recordings.map(({ id }) => id));
      const kept = before === undefined ? [] : this.items.filter(({ id }) => !ids.has(id));
      this.items = sorted([...kept, ...recordings]);
      this.next = next;
      this.more = next !== undefined;
    }
    this.error = outcome.kind === 'error' ? outcome.error : undefined;
    this.phase = outcome.kind === 'success' || this.items.length > 0 ? 'ready' : 'failed';
    this.changed.emit();
  }
}

export function queryOf(filter: LibraryFilter, before: string | undefined): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== '') query.set(name, String(value));
  if (before !== undefined) query.set('before', before);
  query.set('limit', String(kPage));
  return query;
}

/** As an address names a filter. */
export function filterOf(search: string): LibraryFilter {
  const query = new URLSearchParams(search);
  return { ...kNoFilter, room: query.get('room') ?? '', q: query.get('q') ?? '' };
}

export function matches(filter: LibraryFilter, recording: Recording): boolean {
  const deleted = recording.state === 'deleted';
  if (filter.state === '' ? deleted : recording.state !== filter.state) return false;
  if (filter.room !== '' && recording.room !== filter.room) return false;
  if (filter.person !== '' && recording.by !== filter.person) return false;
  if (filter.day !== '' && dayText(recording.startedMs) !== filter.day) return false;
  const words = `${recording.title} ${recording.roomName} ${recording.by}`.toLowerCase();
  return filter.q === '' || words.includes(filter.q.toLowerCase());
}

function sorted(recordings: readonly Recording[]): readonly Recording[] {
  return [...recordings].sort((a, b) => b.startedMs - a.startedMs || (a.id < b.id ? 1 : -1));
}

function byDay(recordings: readonly Recording[]): readonly Day[] {
  const days = new Map<number, Recording[]>();
  for (const recording of recordings) {
    const startMs = new Date(recording.startedMs).setHours(0, 0, 0, 0);
    const day = days.get(startMs);
    if (day === undefined) days.set(startMs, [recording]);
    else day.push(recording);
  }
  return [...days].map(([startMs, list]) => ({ startMs, recordings: list }));
}

function dayText(ms: number): string {
  const day = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
