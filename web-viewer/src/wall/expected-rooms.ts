// SPDX-License-Identifier: MIT
import type { RoomStore } from '../lib/rooms';
import type { Scope } from '../lib/scope';
import type { UserDocument } from '../lib/user-document';
import type { Shown } from './shown';

const kUsual = 12;
const kMost = 1_000;

/** How many rooms the wall will show, before the server has said it: as many as the last time on this device. */
export class ExpectedRooms {
  readonly count: number;
  private kept: number;

  constructor(
    scope: Scope,
    private readonly rooms: RoomStore,
    private readonly shown: Shown,
    private readonly store: UserDocument,
  ) {
    this.count = countIn(store.load()) ?? kUsual;
    this.kept = this.count;
    shown.changed.subscribe(scope, () => this.keep());
  }

  /** A search is gone with the page. */
  private keep(): void {
    const count = this.shown.rooms.length;
    if (!this.rooms.known || this.shown.search !== '' || count === this.kept) return;
    this.kept = count;
    this.store.save(count);
  }
}

function countIn(value: unknown): number | undefined {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= kMost ? Number(value) : undefined;
}
