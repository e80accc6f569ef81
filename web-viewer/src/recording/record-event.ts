// SPDX-License-Identifier: MIT
import type { RoomId } from '../lib/protocol';

/** `start`: at once, as by a key; `ask`: with all choices, and how to stop. */
export type RecordAct = 'start' | 'ask';

/** Somebody wants to record a room; the whole page answers. */
export class RecordEvent extends Event {
  static readonly kType = 'cc-record-act';
  constructor(
    readonly room: RoomId,
    readonly act: RecordAct,
  ) {
    super(RecordEvent.kType, { bubbles: true });
  }
}
