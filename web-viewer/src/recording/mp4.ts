// SPDX-License-Identifier: MIT
import { ascii, integer, joined, readInteger, type Container, type Patch } from './container';

/** ISO/IEC 14496-12: browsers write fragmented MP4 without a duration (8.8.2) and without a table of fragments (8.8.9). */
const kHead = 8;
const kMehdBytes = 20;
/** tfhd with an address from the start of the file would be wrong behind a longer head (8.8.7). */
const kBaseDataOffset = 0x1;

interface Box {
  readonly type: string;
  readonly at: number;
  readonly size: number;
}

interface Fragment {
  readonly time: number;
  readonly position: number;
}

/** Adds the duration (mehd) and a table of fragments (mfra) to a fragmented MP4. */
export class Mp4 implements Container {
  readonly extension = 'mp4';
  private waiting = new Uint8Array();
  /** Of a box that is passed through without a look. */
  private passing = 0;
  private written = 0;
  private mehdAt: number | undefined;
  private movieScale = 1_000;
  /** By track. */
  private readonly scales = new Map<number, number>();
  private readonly fragments = new Map<number, Fragment[]>();
  private endMs = 0;

  push(chunk: Uint8Array): Uint8Array {
    this.waiting = joined(this.waiting, chunk) as Uint8Array<ArrayBuffer>;
    const out: Uint8Array[] = [];
    for (let part = this.take(); part !== undefined; part = this.take()) {
      out.push(part);
      this.written += part.length;
    }
    return joined(...out);
  }

  finish(): { tail: Uint8Array; patches: Patch[] } {
    const patches: Patch[] = [];
    const duration = Math.round((this.endMs * this.movieScale) / 1_000);
    if (this.mehdAt !== undefined) patches.push({ position: this.mehdAt, bytes: integer(duration, 8) });
    return { tail: joined(this.waiting, this.table()), patches };
  }

  private take(): Uint8Array | undefined {
    if (this.passing > 0 && this.waiting.length > 0) return this.cut(Math.min(this.passing, this.waiting.length));
    if (this.waiting.length < 2 * kHead) return undefined;
    const box = boxAt(this.waiting, 0);
    if (box.type !== 'moov' && box.type !== 'moof') {
      this.passing = box.size;
      return this.take();
    }
    if (this.waiting.length < box.size) return undefined;
    const whole = this.cut(box.size);
    if (box.type === 'moov') return this.movie(whole);
    this.fragment(whole);
    return whole;
  }

  private cut(size: number): Uint8Array {
    const part = this.waiting.subarray(0, size);
    this.waiting = this.waiting.subarray(size);
    this.passing = Math.max(0, this.passing - size);
    return part;
  }

  /** Notes the time scales; makes room for the duration. */
  private movie(moov: Uint8Array): Uint8Array {
    this.movieScale = scaleOf(moov, find(moov, 0, 'mvhd'));
    for (const trak of children(moov, 0).filter(({ type }) => type === 'trak')) {
      const mdia = find(moov, trak.at, 'mdia');
      const tkhd = find(moov, trak.at, 'tkhd');
      if (mdia === undefined || tkhd === undefined) continue;
      const id = readInteger(moov, tkhd.at + kHead + (moov[tkhd.at + kHead] === 1 ? 20 : 12), 4);
      this.scales.set(id, scaleOf(moov, find(moov, mdia.at, 'mdhd')));
    }
    const mvex = find(moov, 0, 'mvex');
    if (mvex === undefined || find(moov, mvex.at, 'mehd') !== undefined) return moov;
    const at = mvex.at + kHead;
    const mehd = joined(integer(kMehdBytes, 4), ascii('mehd'), integer(0x01000000, 4), integer(0, 8));
    const longer = joined(moov.subarray(0, at), mehd, moov.subarray(at));
    longer.set(integer(moov.length + kMehdBytes, 4), 0);
    longer.set(integer(mvex.size + kMehdBytes, 4), mvex.at);
    this.mehdAt = this.written + at + kHead + 4;
    return longer;
  }

  private fragment(moof: Uint8Array): void {
    for (const traf of children(moof, 0).filter(({ type }) => type === 'traf')) {
      const tfhd = find(moof, traf.at, 'tfhd');
      const tfdt = find(moof, traf.at, 'tfdt');
      const trun = find(moof, traf.at, 'trun');
      if (tfhd === undefined || tfdt === undefined || trun === undefined) continue;
      const flags = readInteger(moof, tfhd.at + kHead + 1, 3);
      if ((flags & kBaseDataOffset) !== 0) continue;
      const id = readInteger(moof, tfhd.at + kHead + 4, 4);
      const time = readInteger(moof, tfdt.at + kHead + 4, moof[tfdt.at + kHead] === 1 ? 8 : 4);
      const list = this.fragments.get(id) ?? [];
      list.push({ time, position: this.written });
      this.fragments.set(id, list);
      const scale = this.scales.get(id) ?? this.movieScale;
      this.endMs = Math.max(this.endMs, ((time + runLength(moof, trun)) / scale) * 1_000);
    }
  }

  /** mfra: where which time of a track begins; its last box tells its own size, so that it is found from the end. */
  private table(): Uint8Array {
    const tables = [...this.fragments].map(([id, list]) => {
      const entries = list.map(({ time, position }) =>
        joined(integer(time, 8), integer(position, 8), Uint8Array.of(1, 1, 1)),
      );
      const body = joined(integer(0x01000000, 4), integer(id, 4), integer(0, 4), integer(list.length, 4), ...entries);
      return joined(integer(kHead + body.length, 4), ascii('tfra'), body);
    });
    const size = kHead + tables.reduce((sum, table) => sum + table.length, 0) + 16;
    const last = joined(integer(16, 4), ascii('mfro'), integer(0, 4), integer(size, 4));
    return joined(integer(size, 4), ascii('mfra'), ...tables, last);
  }
}

function boxAt(bytes: Uint8Array, at: number): Box {
  const small = readInteger(bytes, at, 4);
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + kHead));
  const size = small === 1 ? readInteger(bytes, at + kHead, 8) : small === 0 ? Infinity : small;
  return { type, at, size: Math.max(size, kHead) };
}

function children(bytes: Uint8Array, parent: number): readonly Box[] {
  const end = parent + boxAt(bytes, parent).size;
  const found: Box[] = [];
  for (let at = parent + kHead; at + kHead <= end; at += found.at(-1)?.size ?? end) found.push(boxAt(bytes, at));
  return found;
}

function find(bytes: Uint8Array, parent: number, type: string): Box | undefined {
  return children(bytes, parent).find((box) => box.type === type);
}

/** mvhd and mdhd keep their time scale at the same place. */
function scaleOf(bytes: Uint8Array, box: Box | undefined): number {
  if (box === undefined) return 1_000;
  return readInteger(bytes, box.at + kHead + (bytes[box.at + kHead] === 1 ? 20 : 12), 4) || 1_000;
}

/** The sum of a trun's durations, when it tells them (8.8.8). */
function runLength(bytes: Uint8Array, trun: Box): number {
  const flags = readInteger(bytes, trun.at + kHead + 1, 3);
  const samples = readInteger(bytes, trun.at + kHead + 4, 4);
  if ((flags & 0x100) === 0) return 0;
  const step = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => (flags & flag) !== 0).length;
  const from = trun.at + kHead + 8 + ((flags & 0x1) !== 0 ? 4 : 0) + ((flags & 0x4) !== 0 ? 4 : 0);
  let sum = 0;
  for (let index = 0; index < samples; index += 1) sum += readInteger(bytes, from + index * step, 4);
  return sum;
}
