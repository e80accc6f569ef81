// SPDX-License-Identifier: MIT

/** All in CSS pixels. */
export interface Space {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
}

export interface Grid {
  readonly columns: number;
  /** Height of one row. */
  readonly rowHeight: number;
  /** `scroll`: tiles would be too small to read if all of them had to fit. */
  readonly fit: 'whole' | 'scroll';
}

/** Room for name and status above, and for meter and buttons below the picture. */
export const kTileChrome = 62;
const kAspect = 16 / 9;
const kMinWidth = 150;
const kMinHeight = 118;
/** A lone tile is not made wider than it can be tall, but a wall of few rooms may fill the screen. */
const kScrollWidth = 164;
/** A narrower screen belongs to a phone, where scrolling is the habit. */
const kPagedWidth = 600;
const kSmallestPage = 6;
/** Tall enough for a cause of three lines. */
const kScrollHeight = 174;

/** The number of columns that gives `count` tiles the largest picture, whole on the screen if that is legible. */
export function layGrid(count: number, space: Space): Grid {
  let best: Grid | undefined;
  let bestPicture = 0;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const width = share(space.width, columns, space.gap);
    const rowHeight = share(space.height, rows, space.gap);
    const picture = Math.min(width, (rowHeight - kTileChrome) * kAspect);
    if (width < kMinWidth || rowHeight < kMinHeight || picture <= bestPicture) continue;
    best = { columns, rowHeight, fit: 'whole' };
    bestPicture = picture;
  }
  return best ?? scrolling(space);
}

/** How many tiles a page takes. On a screen too small for pages of some size, one page takes all and scrolls. */
export function tilesThatFit(count: number, space: Space): number {
  if (layGrid(count, space).fit === 'whole') return count;
  const columns = Math.floor((space.width + space.gap) / (kMinWidth + space.gap));
  const rows = Math.floor((space.height + space.gap) / (kMinHeight + space.gap));
  return space.width < kPagedWidth || columns * rows < kSmallestPage ? count : columns * rows;
}

function scrolling(space: Space): Grid {
  const columns = Math.max(1, Math.floor((space.width + space.gap) / (kScrollWidth + space.gap)));
  const width = share(space.width, columns, space.gap);
  return { columns, rowHeight: Math.max(kScrollHeight, Math.round(width / kAspect + kTileChrome)), fit: 'scroll' };
}

function share(total: number, parts: number, gap: number): number {
  return Math.floor((total - gap * (parts - 1)) / parts);
}

export type Step = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** Where the keyboard goes from tile `index`; at an edge it stays. */
export function stepFrom(index: number, step: Step, columns: number, count: number): number {
  const target = {
    left: index - 1,
    right: index + 1,
    up: index - columns,
    down: index + columns,
    first: 0,
    last: count - 1,
  }[step];
  // From the last full row down into a shorter one: the last tile is nearer than nothing.
  if (step === 'down' && target >= count && Math.floor(index / columns) < Math.floor((count - 1) / columns)) {
    return count - 1;
  }
  return target < 0 || target >= count ? index : target;
}
