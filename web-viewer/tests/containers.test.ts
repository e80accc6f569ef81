// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { ascii, integer, joined, readInteger, type Container } from '../src/recording/container';
import { Mp4 } from '../src/recording/mp4';
import { Webm } from '../src/recording/webm';

function box(type: string, ...body: Uint8Array[]): Uint8Array {
  const content = joined(...body);
  return joined(integer(content.length + 8, 4), ascii(type), content);
}

/** The file as a player would read it, after pieces of `step` bytes. */
function fileOf(container: Container, stream: Uint8Array, step: number): Uint8Array {
  const out: Uint8Array[] = [];
  for (let at = 0; at < stream.length; at += step) out.push(container.push(stream.slice(at, at + step)));
  const { tail, patches } = container.finish();
  const file = joined(...out, tail);
  for (const { position, bytes } of patches) file.set(bytes, position);
  return file;
}

const find = (bytes: Uint8Array, text: string): number => {
  const wanted = [...ascii(text)];
  return bytes.findIndex((_, at) => wanted.every((byte, index) => bytes[at + index] === byte));
};

describe('an MP4 of a browser', () => {
  const scale = (value: number): Uint8Array => joined(integer(0, 12), integer(value, 4), integer(0, 4));
  const moov = box(
    'moov',
    box('mvhd', scale(1_000)),
    box(
      'trak',
      box('tkhd', joined(integer(0, 12), integer(1, 4), integer(0, 4))),
      box('mdia', box('mdhd', scale(30_000))),
    ),
    box('mvex', box('trex', integer(0, 24))),
  );
  const fragment = (time: number): Uint8Array =>
    joined(
      box(
        'moof',
        box(
          'traf',
          box('tfhd', joined(integer(0x020000, 4), integer(1, 4))),
          box('tfdt', joined(integer(0x01000000, 4), integer(time, 8))),
          // Two samples of half a second.
          box('trun', joined(integer(0x100, 4), integer(2, 4), integer(15_000, 4), integer(15_000, 4))),
        ),
      ),
      box('mdat', integer(7, 40)),
    );
  const stream = joined(box('ftyp', ascii('iso5')), moov, fragment(0), fragment(30_000), fragment(60_000));

  it.each([1, 7, 100, 10_000])('gets its duration and a table of its fragments, in pieces of %i', (step) => {
    const file = fileOf(new Mp4(), stream, step);
    const mehd = find(file, 'mehd');
    expect(readInteger(file, mehd + 8, 8)).toBe(3_000);
    const tfra = find(file, 'tfra');
    expect(readInteger(file, tfra + 16, 4)).toBe(3);
    const entries = [0, 1, 2].map((index) => ({
      time: readInteger(file, tfra + 20 + index * 19, 8),
      type: String.fromCharCode(...file.slice(readInteger(file, tfra + 28 + index * 19, 8) + 4).slice(0, 4)),
    }));
    expect(entries).toEqual([0, 30_000, 60_000].map((time) => ({ time, type: 'moof' })));
    const mfraSize = readInteger(file, file.length - 4, 4);
    expect(find(file.slice(file.length - mfraSize), 'mfra')).toBe(4);
    expect(readInteger(file, find(file, 'moov') - 4, 4)).toBe(moov.length + 20);
  });

  it('is left alone when it ends within a box', () => {
    const file = fileOf(new Mp4(), stream.slice(0, stream.length - 10), 64);
    expect(find(file, 'mfra')).toBeGreaterThan(0);
    expect(file.length).toBeGreaterThan(stream.length);
  });
});

describe('a WebM of a browser', () => {
  const element = (id: number, ...body: Uint8Array[]): Uint8Array => {
    const content = joined(...body);
    const bytes = id > 0xffffff ? 4 : id > 0xff ? 2 : 1;
    return joined(integer(id, bytes), integer(0x10000000 + content.length, 4), content);
  };
  const live = (id: number): Uint8Array =>
    joined(integer(id, 4), Uint8Array.of(1), integer(2 ** 48 - 1, 6), Uint8Array.of(255));
  const block = (track: number, offset: number, flags: number): Uint8Array =>
    element(0xa3, Uint8Array.of(0x80 | track), integer(offset, 2), Uint8Array.of(flags), integer(1, 50));
  const group = (offset: number, ...more: Uint8Array[]): Uint8Array =>
    element(0xa0, element(0xa1, Uint8Array.of(0x82), integer(offset, 2), Uint8Array.of(0), integer(1, 50)), ...more);
  const cluster = (time: number, ...blocks: Uint8Array[]): Uint8Array =>
    joined(live(0x1f43b675), element(0xe7, integer(time, 4)), ...blocks);
  const track = (number: number, type: number): Uint8Array =>
    element(0xae, element(0xd7, Uint8Array.of(number)), element(0x83, Uint8Array.of(type)));
  const stream = joined(
    element(0x1a45dfa3, ascii('webm')),
    live(0x18538067),
    element(0x1549a966, element(0x4d80, ascii('Chrome'))),
    element(0x1654ae6b, track(1, 2), track(2, 1)),
    cluster(0, block(1, 0, 0x80), group(0), group(40, element(0xfb, Uint8Array.of(1)))),
    cluster(5_000, block(2, 0, 0x80), block(2, 40, 0), block(1, 60, 0x80)),
  );
  const at = (file: Uint8Array, id: number, from = 0): number => {
    const wanted = integer(id, id > 0xffffff ? 4 : 2);
    return file.findIndex((_, index) => index >= from && wanted.every((byte, step) => file[index + step] === byte));
  };

  it.each([1, 9, 64, 10_000])('gets sizes, duration and cues, in pieces of %i', (step) => {
    const file = fileOf(new Webm(), stream, step);
    const segment = at(file, 0x18538067);
    expect(readInteger(file, segment + 5, 7)).toBe(file.length - segment - 12);
    expect(new DataView(file.buffer).getFloat64(at(file, 0x4489) + 3)).toBe(5_060 + 40);
    const first = at(file, 0x1f43b675);
    const second = at(file, 0x1f43b675, first + 1);
    expect(readInteger(file, first + 5, 7)).toBe(second - first - 12);
    const cues = readInteger(file, at(file, 0x53ac) + 3, 8) + segment + 12;
    expect(readInteger(file, cues, 4)).toBe(0x1c53bb6b);
    const positions = [...file.keys()].filter(
      (index) => index > cues && file[index] === 0xf1 && file[index + 1] === 0x88,
    );
    expect(positions.map((index) => readInteger(file, index + 2, 8) + segment + 12)).toEqual([first, second]);
  });
});
