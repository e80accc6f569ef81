// SPDX-License-Identifier: MIT
import type { RoomId } from '../lib/protocol';
import type { Layer } from '../live/session';

export type TileAct = 'activate' | 'enlarge' | 'reduce' | 'sound' | 'close' | 'focus' | 'stats' | 'rewind';

/** What the user wants of a room; the wall decides. */
export class TileEvent extends Event {
  static readonly kType = 'cc-tile-act';
  constructor(
    readonly id: RoomId,
    readonly act: TileAct,
  ) {
    super(TileEvent.kType, { bubbles: true });
  }
}

export class VolumeEvent extends Event {
  static readonly kType = 'cc-tile-volume';
  constructor(
    readonly id: RoomId,
    /** 0…1 */
    readonly volume: number,
  ) {
    super(VolumeEvent.kType, { bubbles: true });
  }
}

export class LayerEvent extends Event {
  static readonly kType = 'cc-tile-layer';
  constructor(
    readonly id: RoomId,
    readonly layer: Layer,
  ) {
    super(LayerEvent.kType, { bubbles: true });
  }
}
