// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { parseRoom, type Room, type RoomId } from '../src/lib/protocol';

/** The text of a sample that the C++ tests read too. */
export function fixtureText(name: string): string {
  return readFileSync(new URL(`../../tests/fixtures/protocol/${name}.json`, import.meta.url), 'utf8');
}

export function fixture(name: string): unknown {
  return JSON.parse(fixtureText(name));
}

export function roomOf(members: Partial<Omit<Room, 'id'>> & { id?: string } = {}): Room {
  const base = parseRoom(fixture('room'));
  if (base === undefined) throw new Error('room.json is refused');
  return { ...base, ...members, id: (members.id ?? base.id) as RoomId };
}

/** Lets promise callbacks run; timers stay where they are. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
