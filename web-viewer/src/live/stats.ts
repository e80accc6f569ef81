// SPDX-License-Identifier: MIT

/** The counters of one moment, from the browser's statistics report (W3C webrtc-stats). */
export interface Counters {
  readonly atMs: number;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly codec: string | undefined;
  readonly audioCodec: string | undefined;
  readonly frames: number;
  readonly dropped: number;
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
  readonly jitterMs: number | undefined;
  readonly roundTripMs: number | undefined;
  /** Sums over all frames, in seconds: waiting in the jitter buffer, decoding. */
  readonly bufferedS: number;
  readonly bufferedFrames: number;
  readonly decodeS: number;
}

/** What is told of a picture; undefined where the browser does not say. */
export interface Measures {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly framesPerSecond: number | undefined;
  readonly bitrateBps: number | undefined;
  /** Since the measurement before, 0…1. */
  readonly lossShare: number | undefined;
  readonly jitterMs: number | undefined;
  readonly roundTripMs: number | undefined;
  readonly dropped: number;
  readonly codec: string | undefined;
  readonly audioCodec: string | undefined;
  /** Half a round trip, the jitter buffer and the decoder: from the relay to the screen. */
  readonly delayMs: number | undefined;
}

type Entry = Readonly<Record<string, unknown>>;

export function readCounters(report: Iterable<[string, Entry]> | ReadonlyMap<string, Entry>, atMs: number): Counters {
  const entries = new Map(report);
  const inbound = (kind: string): Entry =>
    [...entries.values()].find((entry) => entry.type === 'inbound-rtp' && entry.kind === kind) ?? {};
  const video = inbound('video');
  const audio = inbound('audio');
  const total = (name: string): number => (number(video, name) ?? 0) + (number(audio, name) ?? 0);
  return {
    atMs,
    width: number(video, 'frameWidth'),
    height: number(video, 'frameHeight'),
    codec: codecOf(entries, video),
    audioCodec: codecOf(entries, audio),
    frames: number(video, 'framesDecoded') ?? 0,
    dropped: number(video, 'framesDropped') ?? 0,
    bytes: total('bytesReceived'),
    packets: total('packetsReceived'),
    lost: total('packetsLost'),
    jitterMs: milliseconds(number(video, 'jitter') ?? number(audio, 'jitter')),
    roundTripMs: milliseconds(roundTripOf(entries)),
    bufferedS: number(video, 'jitterBufferDelay') ?? 0,
    bufferedFrames: number(video, 'jitterBufferEmittedCount') ?? 0,
    decodeS: number(video, 'totalDecodeTime') ?? 0,
  };
}

/** Rates need two moments; without an earlier one they are unknown. */
export function measure(before: Counters | undefined, after: Counters): Measures {
  const spanS = before === undefined ? 0 : (after.atMs - before.atMs) / 1_000;
  const since = (name: 'frames' | 'bytes' | 'packets' | 'lost'): number =>
    Math.max(0, after[name] - (before?.[name] ?? 0));
  const expected = since('packets') + since('lost');
  return {
    width: after.width,
    height: after.height,
    framesPerSecond: spanS > 0 ? since('frames') / spanS : undefined,
    bitrateBps: spanS > 0 ? (since('bytes') * 8) / spanS : undefined,
    lossShare: spanS > 0 && expected > 0 ? since('lost') / expected : undefined,
    jitterMs: after.jitterMs,
    roundTripMs: after.roundTripMs,
    dropped: after.dropped,
    codec: after.codec,
    audioCodec: after.audioCodec,
    delayMs: delayOf(before, after),
  };
}

function delayOf(before: Counters | undefined, after: Counters): number | undefined {
  const emitted = after.bufferedFrames - (before?.bufferedFrames ?? 0);
  const frames = after.frames - (before?.frames ?? 0);
  if (after.roundTripMs === undefined || emitted <= 0 || frames <= 0) return undefined;
  const bufferMs = ((after.bufferedS - (before?.bufferedS ?? 0)) / emitted) * 1_000;
  const decodeMs = ((after.decodeS - (before?.decodeS ?? 0)) / frames) * 1_000;
  return after.roundTripMs / 2 + bufferMs + decodeMs;
}

/** `video/H264` is told as `H264`. */
function codecOf(entries: ReadonlyMap<string, Entry>, stream: Entry): string | undefined {
  const codec = typeof stream.codecId === 'string' ? entries.get(stream.codecId) : undefined;
  return typeof codec?.mimeType === 'string' ? codec.mimeType.split('/')[1] : undefined;
}

function roundTripOf(entries: ReadonlyMap<string, Entry>): number | undefined {
  const pairs = [...entries.values()].filter((entry) => entry.type === 'candidate-pair');
  const chosen = pairs.find((pair) => pair.nominated === true && pair.state === 'succeeded');
  return chosen === undefined ? undefined : number(chosen, 'currentRoundTripTime');
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1_000;
}

function number(entry: Entry, name: string): number | undefined {
  const value = entry[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
