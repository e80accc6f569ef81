// SPDX-License-Identifier: MIT
import type { RoomId } from '../lib/protocol';

/** `room-101_2026-03-09_14-05-07.png`, in the device's own time: sorts by room, then by time. */
export function snapshotName(room: RoomId, at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  const time = [two(at.getHours()), two(at.getMinutes()), two(at.getSeconds())].join('-');
  return `${room}_${date}_${time}.png`;
}

/** Hands the file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
