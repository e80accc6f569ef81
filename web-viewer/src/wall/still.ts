// SPDX-License-Identifier: MIT
import type { Room } from '../lib/protocol';
import { strings } from '../lib/strings';

/** A still that is older says nothing about a room any more. */
const kTooOldMs = 15 * 60_000;

export interface Still {
  /** Address of the newest still, which changes with it; empty when there is none to show. */
  readonly still: string;
  /** How old it is, in words: nobody shall take it for the present. */
  readonly stillAge: string;
}

const kNone: Still = { still: '', stillAge: '' };

/** The picture of a room that is not open. In privacy there is none, whatever the server still has. */
export function stillOf({ id, state, stillMs }: Room, nowMs: number): Still {
  if (stillMs === undefined || state === 'privacy') return kNone;
  const ageMs = Math.max(0, nowMs - stillMs);
  if (ageMs > kTooOldMs) return kNone;
  return { still: `/api/v1/rooms/${id}/still?at=${stillMs}`, stillAge: strings.tile.stillTaken(tens(ageMs)) };
}

/** Counted in steps of ten seconds: a wall of running seconds cannot be looked at. */
function tens(ms: number): number {
  return Math.max(10_000, Math.round(ms / 10_000) * 10_000);
}
