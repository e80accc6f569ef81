// SPDX-License-Identifier: MIT
import type { Room, RoomId } from '../lib/protocol';
import { may } from '../lib/rooms';
import { strings } from '../lib/strings';
import type { LocalRecordings } from '../recording/local-recordings';
import { clockText, runText } from '../recording/record-view';
import type { Rewinds } from '../rewind/rewinds';
import { stillOf } from './still';
import type { RowFace } from './room-table';
import { problemText } from './tile-view';
import type { TileFace } from './tile';
import type { WallModel } from './wall-model';

/** What all rooms' faces have in common. */
export interface Seen {
  readonly wall: WallModel;
  /** Rooms whose measurements are shown. */
  readonly measured: ReadonlySet<RoomId>;
  readonly tabStop: RoomId | undefined;
  /** What this browser records, and where it shows the past; none on a wall without them. */
  readonly local?: LocalRecordings | undefined;
  readonly rewinds?: Rewinds | undefined;
}

/** What both a tile and a table row tell of a room. */
function told(room: Room, { wall, tabStop }: Seen) {
  const { state, word, sentence, sinceMs } = wall.condition(room);
  return {
    id: room.id,
    name: room.name,
    state,
    word,
    sentence,
    since: strings.since(wall.rooms.serverNow - sinceMs),
    viewers: room.viewers,
    unread: wall.rooms.unread(room.id),
    levelDbfs: wall.trust().kind === 'fresh' ? room.levelDbfs : undefined,
    sound: wall.heard.has(room.id) ? 'on' : 'off',
    tabStop: tabStop === room.id,
    run: room.recording?.state ?? 'none',
    runText: runText(room, wall.rooms.serverNow),
  } as const;
}

export function tileOf(room: Room, seen: Seen): TileFace {
  const { wall, measured } = seen;
  const playback = wall.playback(room.id);
  const local = seen.local?.of(room.id);
  return {
    ...told(room, seen),
    player: wall.player(room.id),
    phase: playback?.phase,
    problem: playback === undefined ? '' : problemText(playback),
    volume: wall.volume(room.id),
    layer: wall.layer(room.id),
    ...stillOf(room, wall.rooms.serverNow),
    canRecord: seen.local !== undefined && (may(room, 'record') || playback !== undefined),
    localText:
      local === undefined ? '' : strings.recording.local(clockText(local.elapsedMs), strings.bytes(local.bytes)),
    canRewind: seen.rewinds !== undefined && room.rewindFromMs !== undefined,
    past: seen.rewinds?.of(room.id),
    stats: measured.has(room.id) ? 'shown' : 'hidden',
    size: wall.full === undefined ? 'tile' : wall.full === room.id ? 'full' : 'covered',
  };
}

export function rowOf(room: Room, seen: Seen): RowFace {
  const { video } = room;
  const sized = video?.width !== undefined && video.height !== undefined;
  return {
    ...told(room, seen),
    resolution: sized ? `${video.width} × ${video.height}` : '',
    bitrateBps: seen.wall.trust().kind === 'fresh' ? video?.bitrateBps : undefined,
    open: seen.wall.player(room.id) !== undefined,
  };
}
