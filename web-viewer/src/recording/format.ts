// SPDX-License-Identifier: MIT
import type { RoomId } from '../lib/protocol';
import { snapshotName } from '../wall/snapshot';

export interface Format {
  readonly type: string;
  readonly extension: 'mp4' | 'webm';
}

/** MP4 plays everywhere; where a browser cannot write it, WebM does. */
const kFormats: readonly Format[] = [
  { type: 'video/mp4;codecs=avc1.42E01F,mp4a.40.2', extension: 'mp4' },
  { type: 'video/mp4;codecs=avc1.42E01F,opus', extension: 'mp4' },
  { type: 'video/webm;codecs=vp8,opus', extension: 'webm' },
  { type: 'video/webm', extension: 'webm' },
];

export function formatOf(isSupported: (type: string) => boolean): Format | undefined {
  return kFormats.find(({ type }) => isSupported(type));
}

/** As a snapshot is called: sorts by room, then by time. */
export function fileName(room: RoomId, at: Date, extension: string): string {
  return snapshotName(room, at).replace(/png$/, extension);
}
