// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { isRoomId } from '../src/lib/protocol';
import { suggestId } from '../src/rooms/room-id';

describe('suggestId', () => {
  it.each([
    ['Room 101', 'room-101'],
    ['Aula 3 – Física', 'aula-3-fisica'],
    ['  (Lab) ', 'lab'],
    ['x'.repeat(100), 'x'.repeat(63)],
  ])('makes %j into %j', (name, id) => {
    expect(suggestId(name)).toBe(id);
    expect(isRoomId(id)).toBe(true);
  });

  it('has nothing to suggest for a name without Latin letters', () => {
    expect(suggestId('ห้อง')).toBe('');
  });
});
