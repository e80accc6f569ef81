// SPDX-License-Identifier: MIT
import type { Outcome } from '../lib/http';
import type { Counters } from './stats';

export type Vitality = 'alive' | 'gone' | 'unknown';

/** Which of a stream's encodings is wanted; `auto` leaves it to the relay, which follows the link. */
export const kLayers = ['auto', 'high', 'low'] as const;
export type Layer = (typeof kLayers)[number];

/** Media on its way to this page, whatever brings it: what a player has to know about it. */
export interface LiveSession {
  readonly tracks: readonly MediaStreamTrack[];
  /** Of the layer that was asked for last. */
  readonly layer: Layer;
  /** Asks for another layer of the same session; `unsupported` when it cannot be chosen. */
  chooseLayer(layer: Layer): Promise<Outcome<true>>;
  /** Does the far end still know this session? An outage on the way says nothing about it. */
  vitality(): Promise<Vitality>;
  /** Total of decoded pictures; undefined while the browser does not tell. */
  framesDecoded(): Promise<number | undefined>;
  counters(): Promise<Counters>;
  /** Calls `changed` when the connection comes, breaks or ends, until `signal` aborts. */
  watch(changed: () => void, signal: AbortSignal): void;
  readonly link: 'connecting' | 'up' | 'over';
  /** Idempotent. */
  close(): void;
}
