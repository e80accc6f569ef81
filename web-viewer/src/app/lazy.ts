// SPDX-License-Identifier: MIT
import { Emitter } from '../lib/emitter';

/** Screens that are fetched when somebody goes there: the wall stays light. */
const kParts = {
  room: () => import('../room/room-page'),
  library: () => import('../library/library-page'),
  recording: () => import('../library/recording-page'),
  account: () => import('../account/account-page'),
  entry: () => import('../entry/entry-pages'),
  admin: () => import('../admin/admin-page'),
};

export type Part = keyof typeof kParts;
export type PartState = 'loading' | 'ready' | 'failed';

/** Parts of the page by what has become of them. */
export class LazyParts {
  readonly changed = new Emitter();
  private readonly states = new Map<Part, PartState>();

  /** Begins to fetch a part that nobody asked for yet. */
  state(part: Part): PartState {
    const known = this.states.get(part);
    if (known !== undefined) return known;
    this.states.set(part, 'loading');
    kParts[part]().then(
      () => this.set(part, 'ready'),
      () => this.set(part, 'failed'),
    );
    return 'loading';
  }

  /** A browser remembers a module that failed; only a new page fetches it again. */
  private set(part: Part, state: PartState): void {
    this.states.set(part, state);
    this.changed.emit();
  }
}
