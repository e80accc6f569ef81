// SPDX-License-Identifier: MIT
import type { RecorderPlace } from '../lib/protocol/recordings';

/** What a school means to record. */
export interface Plan {
  readonly rooms: number;
  readonly hoursADay: number;
  readonly daysAWeek: number;
  readonly kbitPerS: number;
  readonly keepDays: number;
}

export const kUsualPlan: Plan = { rooms: 10, hoursADay: 6, daysAWeek: 5, kbitPerS: 1_600, keepDays: 30 };
export const kPlanLimits: Readonly<Record<keyof Plan, readonly [least: number, most: number]>> = {
  rooms: [1, 500],
  hoursADay: [1, 24],
  daysAWeek: [1, 7],
  kbitPerS: [100, 50_000],
  keepDays: [1, 3_650],
};

export interface PlanResult {
  readonly bytesADay: number;
  /** All that is kept at the same time. */
  readonly bytesKept: number;
  /** Of disk, for as long as what is kept grows; undefined: it is not known how large the disk is. */
  readonly daysThatFit: number | undefined;
  readonly fits: boolean | undefined;
}

/** `disk`: bytes for recordings; the average over a week, because no school records every day. */
export function planned(
  { rooms, hoursADay, daysAWeek, kbitPerS, keepDays }: Plan,
  disk: number | undefined,
): PlanResult {
  const bytesADay = (rooms * hoursADay * 3_600 * kbitPerS * 1_000) / 8;
  const average = (bytesADay * daysAWeek) / 7;
  const bytesKept = average * keepDays;
  return {
    bytesADay,
    bytesKept,
    daysThatFit: disk === undefined ? undefined : Math.floor(disk / average),
    fits: disk === undefined ? undefined : bytesKept <= disk,
  };
}

/** All disks together; undefined while none tells its size. */
export function diskOf(recorders: readonly RecorderPlace[]): number | undefined {
  const sizes = recorders.flatMap(({ total }) => (total === undefined ? [] : [total]));
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}

/** What was typed, within its limits. */
export function readPlan(values: Readonly<Record<string, string>>): Plan {
  const plan: Record<string, number> = {};
  for (const [name, [least, most]] of Object.entries(kPlanLimits)) {
    const typed = values[name] ?? '';
    const value = Number(typed);
    const isNumber = typed !== '' && Number.isFinite(value);
    plan[name] = isNumber ? Math.min(most, Math.max(least, value)) : kUsualPlan[name as keyof Plan];
  }
  return plan as unknown as Plan;
}
