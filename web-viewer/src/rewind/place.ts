// SPDX-License-Identifier: MIT

/** A piece of the playlist: where it lies on the media's own clock, and when it was filmed. */
export interface Piece {
  readonly startS: number;
  readonly durationS: number;
  readonly filmedMs: number;
}

/** Where a moment lies on the media's clock; between two pieces, at the beginning of the later one. */
export function placeOf(pieces: readonly Piece[], atMs: number): number | undefined {
  const piece = pieces.find(({ filmedMs, durationS }) => atMs < filmedMs + durationS * 1_000) ?? pieces.at(-1);
  if (piece === undefined) return undefined;
  const into = Math.min(Math.max(0, (atMs - piece.filmedMs) / 1_000), piece.durationS);
  return piece.startS + into;
}

/** When what lies there was filmed. */
export function filmedAt(pieces: readonly Piece[], placeS: number): number | undefined {
  const piece = [...pieces].reverse().find(({ startS }) => startS <= placeS + 0.001) ?? pieces[0];
  return piece === undefined ? undefined : piece.filmedMs + (placeS - piece.startS) * 1_000;
}
