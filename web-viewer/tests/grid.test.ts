// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { layGrid, stepFrom } from '../src/wall/grid';

describe('layGrid', () => {
  it.each([
    ['a laptop', 1350, 706],
    ['a full-HD wall', 1904, 1018],
    ['a 4K wall', 3824, 2074],
  ])('shows 26 rooms on %s without scrolling', (_, width, height) => {
    const gap = 8;
    const grid = layGrid(26, { width, height, gap });
    const rows = Math.ceil(26 / grid.columns);
    expect(grid.fit).toBe('whole');
    expect(rows * grid.rowHeight + (rows - 1) * gap).toBeLessThanOrEqual(height);
  });

  it('gives few rooms the whole screen', () => {
    expect(layGrid(1, { width: 1350, height: 706, gap: 8 })).toEqual({ columns: 1, rowHeight: 706, fit: 'whole' });
    expect(layGrid(4, { width: 1350, height: 706, gap: 8 }).columns).toBe(2);
  });

  it('scrolls in two columns on a phone', () => {
    const grid = layGrid(26, { width: 344, height: 680, gap: 8 });
    expect(grid).toMatchObject({ columns: 2, fit: 'scroll' });
  });

  it('always has a column', () => {
    expect(layGrid(26, { width: 0, height: 0, gap: 8 }).columns).toBe(1);
    expect(layGrid(0, { width: 800, height: 600, gap: 8 }).columns).toBeGreaterThan(0);
  });
});

describe('stepFrom', () => {
  // 0 1 2
  // 3 4
  it.each([
    [0, 'right', 1],
    [0, 'left', 0],
    [1, 'down', 4],
    [2, 'down', 4],
    [3, 'down', 3],
    [4, 'up', 1],
    [0, 'up', 0],
    [4, 'right', 4],
    [3, 'first', 0],
    [0, 'last', 4],
  ] as const)('from %i %s to %i', (from, step, to) => {
    expect(stepFrom(from, step, 3, 5)).toBe(to);
  });
});
