// SPDX-License-Identifier: MIT

/** Bytes to be written over what stands at a position of the file already. */
export interface Patch {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/**
 * Makes the stream of a MediaRecorder a file that can be sought in: passes it through as it comes, and says at the
 * end what is appended and what is written over. It never holds more than one small box back.
 */
export interface Container {
  readonly extension: 'mp4' | 'webm';
  /** What is to be written now. */
  push(chunk: Uint8Array): Uint8Array;
  finish(): { readonly tail: Uint8Array; readonly patches: readonly Patch[] };
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Big-endian, `size` bytes. */
export function integer(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = size - 1, rest = value; index >= 0; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** Big-endian; exact up to 2^53. */
export function readInteger(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = at; index < at + size; index += 1) value = value * 256 + (bytes[index] ?? 0);
  return value;
}
