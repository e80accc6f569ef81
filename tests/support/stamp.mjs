// SPDX-License-Identifier: MIT
// The strip in a test camera's picture; the other half is camera/stamp.cpp.

/** The 16 bits that stand for a room in the picture. */
export function roomCode(room) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(room)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (hash >>> 16) ^ (hash & 0xffff);
}
