// SPDX-License-Identifier: MIT
import type { Api } from '../lib/api';
import { readJson, readNothing, type Outcome } from '../lib/http';
import type { RoomId } from '../lib/protocol';
import { parseRecording, type Recording } from '../lib/protocol/recordings';

export interface NewRecording {
  readonly title?: string;
  /** How much of the rewind window it begins with. */
  readonly prerollS?: number;
  /** When it stops by itself. */
  readonly maxMinutes?: number;
}

/** Repeated under the same id, a request that was lost on the way starts one recording. */
export function startRecording(api: Api, room: RoomId, wish: NewRecording = {}): Promise<Outcome<Recording>> {
  return api.call('POST', `/rooms/${room}/recordings`, readJson(parseRecording), {
    title: wish.title ?? '',
    client_id: crypto.randomUUID(),
    ...(wish.prerollS === undefined ? {} : { preroll_s: wish.prerollS }),
    ...(wish.maxMinutes === undefined ? {} : { max_minutes: wish.maxMinutes }),
  });
}

/** What the rewind window holds of the last seconds, as a recording. */
export function saveClip(api: Api, room: RoomId, seconds: number, title = ''): Promise<Outcome<Recording>> {
  return api.call('POST', `/rooms/${room}/clips`, readJson(parseRecording), { seconds, title });
}

export function stopRecording(api: Api, id: string): Promise<Outcome<true>> {
  return api.call('POST', `${path(id)}/stop`, readNothing);
}

export interface RecordingChange {
  readonly title?: string;
  readonly protected?: boolean;
  readonly until_ms?: number;
}

export function changeRecording(api: Api, id: string, change: RecordingChange): Promise<Outcome<Recording>> {
  return api.call('PATCH', path(id), readJson(parseRecording), change);
}

/** Into the bin; one that is there already, for good. */
export function deleteRecording(api: Api, id: string): Promise<Outcome<true>> {
  return api.call('DELETE', path(id), readNothing);
}

export function restoreRecording(api: Api, id: string): Promise<Outcome<true>> {
  return api.call('POST', `${path(id)}/restore`, readNothing);
}

export function getRecording(api: Api, id: string, signal: AbortSignal): Promise<Outcome<Recording>> {
  return api.call('GET', path(id), readJson(parseRecording), undefined, signal);
}

/** Where a browser fetches a recording's files itself. */
export function fileOf(id: string, what: 'video' | 'download' | 'thumbnail'): string {
  return `/api/v1${path(id)}/${what}`;
}

function path(id: string): string {
  return `/recordings/${encodeURIComponent(id)}`;
}
