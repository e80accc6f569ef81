// SPDX-License-Identifier: MIT
import { now } from '../lib/clock';

/** Frames are the truth: when did a picture last reach this page? */
export class FrameClock {
  private lastMs: number | undefined;
  private decoded: number | undefined;
  private newest: number | undefined;

  /** When the newest picture was shown; undefined before the first. */
  get lastFrameMs(): number | undefined {
    return this.lastMs;
  }

  /**
   * A picture was presented (requestVideoFrameCallback). `mark` is its own time: a browser presents one and the same
   * picture again when the page comes back into view, and that is no progress.
   */
  presented(mark?: number): void {
    if (mark !== undefined && mark === this.newest) return;
    this.newest = mark;
    this.lastMs = now();
  }

  /** Total of decoded frames, the witness while the picture is hidden and nothing is presented. */
  decodedTotal(total: number): void {
    if (this.decoded !== undefined && total > this.decoded) this.lastMs = now();
    this.decoded = total;
  }

  /** The next total is a new beginning: it alone says nothing about progress. */
  restartTotals(): void {
    this.decoded = undefined;
  }

  ageMs(): number | undefined {
    return this.lastMs === undefined ? undefined : now() - this.lastMs;
  }
}
