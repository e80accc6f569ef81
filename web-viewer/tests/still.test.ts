// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { parseRoom, type Room } from '../src/lib/protocol';
import { stillOf } from '../src/wall/still';
import { fixture } from './fixtures';

const kNow = 1_700_000_100_000;

function room(part: object): Room {
  const read = parseRoom({ ...(fixture('room') as object), ...part });
  if (read === undefined) throw new Error('bad fixture');
  return read;
}

describe('the still of a closed tile', () => {
  it('changes its address with the picture, and tells its age', () => {
    const { still, stillAge } = stillOf(room({ still_ms: kNow - 12_000 }), kNow);
    expect(still).toBe(`/api/v1/rooms/room-101/still?at=${kNow - 12_000}`);
    expect(stillAge).toMatch(/10 seconds ago/);
  });

  it.each([{ still_ms: undefined }, { still_ms: kNow - 3_600_000 }, { still_ms: kNow, state: 'privacy' }])(
    'is not shown for %o',
    (part) => {
      expect(stillOf(room(part), kNow).still).toBe('');
    },
  );
});
