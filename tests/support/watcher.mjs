// SPDX-License-Identifier: MIT
// A viewer without a browser (libdatachannel), right at the relay: when the first packet of the picture came.
import nodeDataChannel from 'node-datachannel';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mintToken, request } from './api.mjs';
import { until } from './wait.mjs';

const isRtp = (packet) => packet[1] < 192 || packet[1] > 223; // RFC 5761 §4

export class Watcher {
  /** Begins to watch, with a token of its own making if it is given none; the answer is awaited, packets are not. */
  static async open(classcast, room, given) {
    const watcher = new Watcher();
    await watcher.offer();
    const claims = { sub: 'user:1', room, can: 'watch' };
    const token = given ?? mintToken(path.join(classcast.state, 'token.key'), claims);
    const url = `http://127.0.0.1:${classcast.relayPort}/whep/${room}`;
    const headers = { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` };
    watcher.asked = performance.now();
    const body = watcher.peer.localDescription().sdp;
    const answer = await request(url, { method: 'POST', headers, body });
    if (answer.status !== 201) {
      throw new Error(`${url}: ${answer.status} ${answer.text}`);
    }
    watcher.session = new URL(answer.headers.location, url).href;
    watcher.peer.setRemoteDescription(answer.text, 'answer');
    return watcher;
  }

  /** After the last one: libdatachannel's threads would keep the program alive. */
  static cleanup() {
    nodeDataChannel.cleanup();
  }

  async offer() {
    this.peer = new nodeDataChannel.PeerConnection('watcher', {
      iceServers: [],
      disableAutoNegotiation: true,
    });
    const video = new nodeDataChannel.Video('0', 'RecvOnly');
    video.addH264Codec(102);
    this.track = this.peer.addTrack(video);
    this.packets = 0;
    this.track.onMessage((packet) => {
      if (isRtp(packet)) {
        this.first ??= performance.now();
        this.packets += 1;
        this.onRtp?.(packet);
      }
    });
    const gathered = new Promise((resolve) => {
      this.peer.onGatheringStateChange((state) => state === 'complete' && resolve());
    });
    this.peer.onStateChange((state) => {
      if (state === 'connected') {
        this.connected = performance.now();
      }
    });
    this.peer.setLocalDescription('offer');
    await gathered;
  }

  /** Milliseconds from the request, and from the moment at which media could flow, to the first packet. */
  async firstPacket() {
    await until('a packet', () => this.first !== undefined && this.connected !== undefined, { every: 5 });
    return { asked: this.first - this.asked, connected: this.first - this.connected };
  }

  async close() {
    await request(this.session, { method: 'DELETE' });
    this.peer.close();
  }
}

const QUIET_MS = 500;

/**
 * Milliseconds from the request of a viewer to its first packet of a room that was paused, as often as `tries` says.
 * The very first is left out: it may come before the camera's first keyframe.
 */
export async function firstPackets(classcast, id, tries) {
  const room = async () => (await classcast.relayStatus()).rooms?.find((each) => each.room === id);
  const packets = async () => (await room())?.publisher?.video?.packets;
  const quiet = async () => {
    const earlier = await packets();
    await delay(QUIET_MS);
    return earlier !== undefined && (await packets()) === earlier;
  };
  const waits = [];
  for (let i = 0; i <= tries; i++) {
    await until('the relay has paused it', async () => (await room())?.paused, { within: 20_000 });
    await until('no more packets', quiet, { within: 20_000 });
    const watcher = await Watcher.open(classcast, id);
    waits.push((await watcher.firstPacket()).asked);
    await until('the picture flows', () => watcher.packets > 50);
    await watcher.close();
  }
  return waits.slice(1);
}
