// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { diskOf, kUsualPlan, planned, readPlan } from '../src/admin/storage-plan';
import type { RecorderPlace } from '../src/lib/protocol/recordings';

const place = (total: number | undefined): RecorderPlace => ({
  name: 'a',
  connected: true,
  path: '',
  free: 1,
  total,
  state: 'ok',
  detail: '',
});

describe('the calculator', () => {
  const plan = { rooms: 2, hoursADay: 1, daysAWeek: 7, kbitPerS: 8_000, keepDays: 10 };

  it('multiplies', () => {
    // 8 Mbit/s are 1 MB/s, 3.6 GB an hour.
    expect(planned(plan, 72e9)).toEqual({ bytesADay: 7.2e9, bytesKept: 72e9, daysThatFit: 10, fits: true });
    expect(planned({ ...plan, keepDays: 11 }, 72e9).fits).toBe(false);
    expect(planned({ ...plan, daysAWeek: 3.5 }, 72e9).daysThatFit).toBe(20);
  });

  it('does not know without a disk', () => {
    expect(planned(plan, undefined).fits).toBeUndefined();
    expect([diskOf([]), diskOf([place(undefined)]), diskOf([place(3), place(4)])]).toEqual([undefined, undefined, 7]);
  });

  it('reads what was typed within its limits', () => {
    expect(readPlan({})).toEqual(kUsualPlan);
    expect(readPlan({ rooms: '0', hoursADay: '25', daysAWeek: 'x', kbitPerS: '', keepDays: '7' })).toEqual({
      ...kUsualPlan,
      rooms: 1,
      hoursADay: 24,
      keepDays: 7,
    });
  });
});
