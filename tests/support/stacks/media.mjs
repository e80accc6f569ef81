// SPDX-License-Identifier: MIT
// RTP made by hand for stacks that have no encoder: an H.264 picture that never changes, and silence in Opus.

const HEADER = 12;

function packet({ payloadType, marker, seq, timestamp, ssrc }, payload) {
  const head = Buffer.alloc(HEADER);
  head[0] = 0x80;
  head[1] = (marker ? 0x80 : 0) | payloadType;
  head.writeUInt16BE(seq & 0xffff, 2);
  head.writeUInt32BE(timestamp >>> 0, 4);
  head.writeUInt32BE(ssrc, 8);
  return Buffer.concat([head, payload]);
}

// 320×240, Constrained Baseline: SPS, PPS, and one IDR slice of x264 that is grey all over.
const SPS = Buffer.from('6742c01f8c8d40a0fde0220000030002000003006408', 'hex');
const PPS = Buffer.from('68ce3c80', 'hex');

/** RFC 6184 §5.7.1: parameter sets and the slice's beginning travel together. */
function aggregate(units) {
  return Buffer.concat([
    Buffer.from([0x78]),
    ...units.flatMap((unit) => [Buffer.from([unit.length >> 8, unit.length & 0xff]), unit]),
  ]);
}

/** FU-A (RFC 6184 §5.8) of a slice; the content does not matter to those who only forward. */
function fragment(kind, first, last, size) {
  const payload = Buffer.alloc(size, 0x55);
  payload[0] = 0x7c;
  payload[1] = (first ? 0x80 : 0) | (last ? 0x40 : 0) | kind;
  return payload;
}

/** A source of video and audio packets with numbers of its own. */
export class Media {
  constructor({ video = { payloadType: 102, ssrc: 1001 }, audio = { payloadType: 111, ssrc: 2002 } } = {}) {
    Object.assign(this, { video, audio });
    this.frames = 0;
    this.sounds = 0;
    this.videoSeq = 65_400; // wraps soon
    this.audioSeq = 100;
  }

  /** Packets of the next frame; every 25th is a keyframe. @returns {Buffer[]} */
  picture() {
    const key = this.frames % 25 === 0;
    const kind = key ? 5 : 1;
    const payloads = [fragment(kind, true, false, 900), fragment(kind, false, true, 500)];
    if (key) {
      payloads.unshift(aggregate([SPS, PPS]));
    }
    const timestamp = this.frames++ * 3600;
    return payloads.map((payload, index) =>
      packet(
        { ...this.video, marker: index === payloads.length - 1, seq: this.videoSeq++, timestamp },
        payload,
      ),
    );
  }

  /** 20 ms of silence. */
  sound() {
    const timestamp = this.sounds++ * 960;
    return packet(
      { ...this.audio, marker: false, seq: this.audioSeq++, timestamp },
      Buffer.from('f8fffe', 'hex'),
    );
  }

  /** Sends until the returned function is called: 25 frames and 50 sounds a second. */
  run(sendVideo, sendAudio) {
    const timer = setInterval(() => {
      sendAudio(this.sound());
      if (this.sounds % 2 === 0) {
        this.picture().forEach(sendVideo);
      }
    }, 20);
    return () => clearInterval(timer);
  }
}
