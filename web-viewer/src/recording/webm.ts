// SPDX-License-Identifier: MIT
import { integer, joined, readInteger, type Container, type Patch } from './container';

/** RFC 8794 (EBML) and RFC 9559 (Matroska). */
const kSegment = 0x18538067;
const kInfo = 0x1549a966;
const kCluster = 0x1f43b675;
const kTimestamp = 0xe7;
const kSimpleBlock = 0xa3;
/** A block with what it refers to; a key frame refers to nothing. */
const kBlockGroup = 0xa0;
const kBlock = 0xa1;
const kReference = 0xfb;
const kDuration = 0x4489;
const kTrackEntry = 0xae;
const kTracks = 0x1654ae6b;
const kTrackNumber = 0xd7;
const kTrackType = 0x83;
const kVideo = 1;
const kKeyFrame = 0x80;
/** A block's track (below 128), its time and its flags. */
const kBlockHead = 4;
const kMostHeadBytes = 12;
/** SeekHead with one entry that leads to the Cues; a Void element of the same size until they are there. */
const kSeekHeadBytes = 26;

interface Element {
  readonly id: number;
  /** Of id and size. */
  readonly head: number;
  /** undefined: unknown, as in a live stream. */
  readonly size: number | undefined;
}

interface Cue {
  readonly time: number;
  readonly cluster: number;
}

/** Adds duration, sizes and Cues to a WebM that was written as a live stream. */
export class Webm implements Container {
  readonly extension = 'webm';
  private waiting = new Uint8Array();
  private passing = 0;
  private written = 0;
  private segmentAt = 0;
  private seekHeadAt = 0;
  private durationAt = 0;
  private video = 1;
  private readonly clusters: number[] = [];
  private readonly cues: Cue[] = [];
  private clusterTime = 0;
  private lastTime = 0;
  private step = 0;

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
    const end = this.written + this.waiting.length;
    const cues = this.table();
    if (this.segmentAt === 0) return { tail: this.waiting, patches: [] };
    const patches: Patch[] = [
      { position: this.segmentAt - 8, bytes: size8(end + cues.length - this.segmentAt) },
      { position: this.seekHeadAt, bytes: seekHead(end - this.segmentAt) },
      { position: this.durationAt, bytes: double(this.lastTime + this.step) },
      ...this.clusters.map((at, index) => {
        const until = this.clusters[index + 1] ?? end;
        return { position: at + 4, bytes: size8(until - at - 12) };
      }),
    ];
    return { tail: joined(this.waiting, cues), patches };
  }

  private take(): Uint8Array | undefined {
    if (this.waiting.length === 0) return undefined;
    if (this.passing > 0) return this.cut(Math.min(this.passing, this.waiting.length));
    if (this.waiting.length < kMostHeadBytes + kBlockHead) return undefined;
    const element = elementAt(this.waiting, 0);
    const whole = element.head + (element.size ?? 0);
    switch (element.id) {
      case kSegment:
        return this.segment(element);
      case kCluster:
        return this.cluster(element);
      case kInfo:
      case kTracks:
      case kTimestamp:
      case kBlockGroup:
        return this.waiting.length < whole ? undefined : this.known(element, this.cut(whole));
      default:
        if (element.id === kSimpleBlock) this.block(this.waiting, element.head);
        this.passing = whole;
        return this.take();
    }
  }

  private cut(size: number): Uint8Array {
    const part = this.waiting.subarray(0, size);
    this.waiting = this.waiting.subarray(size);
    this.passing = Math.max(0, this.passing - size);
    return part;
  }

  private segment(element: Element): Uint8Array {
    this.cut(element.head);
    this.segmentAt = this.written + 12;
    this.seekHeadAt = this.segmentAt;
    const nothing = joined(Uint8Array.of(0xec, 0x80 | (kSeekHeadBytes - 2)), new Uint8Array(kSeekHeadBytes - 2));
    return joined(integer(kSegment, 4), unknown8(), nothing);
  }

  private cluster(element: Element): Uint8Array {
    this.cut(element.head);
    this.clusters.push(this.written);
    return joined(integer(kCluster, 4), unknown8());
  }

  private known(element: Element, bytes: Uint8Array): Uint8Array {
    if (element.id === kTimestamp) this.clusterTime = readInteger(bytes, element.head, element.size ?? 0);
    if (element.id === kTracks) this.video = videoTrack(bytes, element) ?? this.video;
    if (element.id === kBlockGroup) this.group(bytes, element);
    return element.id === kInfo ? this.info(bytes, element) : bytes;
  }

  /** With room for the duration, which a live stream does not have. */
  private info(bytes: Uint8Array, element: Element): Uint8Array {
    const kept = [...inside(bytes, element.head, bytes.length)].filter(({ element: { id } }) => id !== kDuration);
    const body = joined(
      ...kept.map(({ at, end }) => bytes.subarray(at, end)),
      joined(Uint8Array.of(0x44, 0x89, 0x88), double(0)),
    );
    const head = joined(integer(kInfo, 4), size8(body.length));
    this.durationAt = this.written + head.length + body.length - 8;
    return joined(head, body);
  }

  private group(bytes: Uint8Array, element: Element): void {
    const members = [...inside(bytes, element.head, bytes.length)];
    const block = members.find((member) => member.element.id === kBlock);
    const isKey = !members.some((member) => member.element.id === kReference);
    if (block !== undefined) this.block(bytes, block.at + block.element.head, isKey);
  }

  /** `at`: of the block's own head, after the element's. */
  private block(bytes: Uint8Array, at: number, key?: boolean): void {
    const track = (bytes[at] ?? 0) & 0x7f;
    const offset = (readInteger(bytes, at + 1, 2) << 16) >> 16;
    const time = this.clusterTime + offset;
    if (track === this.video) {
      const isKey = key ?? ((bytes[at + 3] ?? 0) & kKeyFrame) !== 0;
      const cluster = this.clusters.at(-1);
      if (isKey && cluster !== undefined) this.cues.push({ time, cluster });
      if (time > this.lastTime) this.step = Math.min(time - this.lastTime, 1_000);
    }
    this.lastTime = Math.max(this.lastTime, time);
  }

  private table(): Uint8Array {
    const points = this.cues.map(({ time, cluster }) => {
      const track = sized(0xf7, integer(this.video, 1));
      const position = sized(0xf1, integer(cluster - this.segmentAt, 8));
      return sized(0xbb, joined(sized(0xb3, integer(time, 8)), sized(0xb7, joined(track, position))));
    });
    return points.length === 0 ? new Uint8Array() : joined(integer(0x1c53bb6b, 4), size8Of(joined(...points)));
  }
}

function elementAt(bytes: Uint8Array, at: number): Element {
  const idBytes = Math.clz32(bytes[at] ?? 0) - 23;
  const first = bytes[at + idBytes] ?? 0;
  const sizeBytes = Math.clz32(first) - 23;
  const marked = readInteger(bytes, at + idBytes, sizeBytes);
  const marker = 2 ** (7 * sizeBytes);
  const size = marked - marker === marker - 1 || sizeBytes > 8 ? undefined : marked - marker;
  return { id: readInteger(bytes, at, idBytes), head: idBytes + sizeBytes, size };
}

function* inside(
  bytes: Uint8Array,
  from: number,
  to: number,
): Generator<{ element: Element; at: number; end: number }> {
  for (let at = from; at < to;) {
    const element = elementAt(bytes, at);
    const end = at + element.head + (element.size ?? to);
    yield { element, at, end };
    at = end;
  }
}

function videoTrack(bytes: Uint8Array, tracks: Element): number | undefined {
  for (const { element, at, end } of inside(bytes, tracks.head, bytes.length)) {
    if (element.id !== kTrackEntry) continue;
    const members = [...inside(bytes, at + element.head, end)];
    const value = (id: number): number | undefined => {
      const found = members.find((member) => member.element.id === id);
      return found && readInteger(bytes, found.at + found.element.head, found.element.size ?? 0);
    };
    if (value(kTrackType) === kVideo) return value(kTrackNumber);
  }
  return undefined;
}

/** A size in its longest form, so that it can be written over. */
function size8(size: number): Uint8Array {
  const bytes = integer(size, 8);
  bytes[0] = 0x01;
  return bytes;
}

function unknown8(): Uint8Array {
  return Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
}

function size8Of(body: Uint8Array): Uint8Array {
  return joined(size8(body.length), body);
}

/** A small element with a one-byte id. */
function sized(id: number, body: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(id, 0x80 | body.length), body);
}

function double(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

/** `position`: of the Cues, from the start of the segment's content. */
function seekHead(position: number): Uint8Array {
  const id = joined(Uint8Array.of(0x53, 0xab, 0x84), integer(0x1c53bb6b, 4));
  const where = joined(Uint8Array.of(0x53, 0xac, 0x88), integer(position, 8));
  const seek = joined(Uint8Array.of(0x4d, 0xbb, 0x80 | (id.length + where.length)), id, where);
  return joined(integer(0x114d9b74, 4), Uint8Array.of(0x80 | seek.length), seek);
}
