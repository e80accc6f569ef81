// SPDX-License-Identifier: MIT
// libwebrtc (@roamhq/wrtc), the engine of Chromium, with its own encoders and decoders; it has no H.264.
import wrtc from '@roamhq/wrtc';

const { RTCPeerConnection, nonstandard } = wrtc;
const [WIDTH, HEIGHT] = [320, 240];

async function connect(session, prepare) {
  const peer = new RTCPeerConnection();
  prepare(peer);
  await peer.setLocalDescription(await peer.createOffer());
  await until(peer, 'icegatheringstatechange', () => peer.iceGatheringState === 'complete');
  await peer.setRemoteDescription({ type: 'answer', sdp: await session.open(peer.localDescription.sdp) });
  await until(peer, 'connectionstatechange', () => peer.connectionState === 'connected');
  return peer;
}

function until(peer, event, reached) {
  return new Promise((resolve) => {
    const look = () => reached() && resolve();
    peer.addEventListener(event, look);
    look();
  });
}

/** A bar that moves: every picture differs. */
function picture(number) {
  const data = new Uint8ClampedArray((WIDTH * HEIGHT * 3) / 2).fill(128);
  for (let line = 0; line < HEIGHT; ++line) {
    data.fill(235, line * WIDTH + (number % WIDTH), line * WIDTH + Math.min(WIDTH, (number % WIDTH) + 8));
  }
  return { width: WIDTH, height: HEIGHT, data };
}

export async function publish(session, { count }) {
  const video = new nonstandard.RTCVideoSource();
  const audio = new nonstandard.RTCAudioSource();
  await connect(session, (peer) => {
    const stream = new wrtc.MediaStream();
    [video.createTrack(), audio.createTrack()].forEach((track) => peer.addTrack(track, stream));
  });
  let number = 0;
  setInterval(() => {
    audio.onData({ samples: new Int16Array(480), sampleRate: 48000, bitsPerSample: 16, channelCount: 1 });
    if (number++ % 4 === 0) {
      video.onFrame(picture(number));
      count('video');
    }
    count('audio');
  }, 10);
}

/** Counts decoded frames and blocks of sound. */
export async function watch(session, { count }) {
  const peer = await connect(session, (opened) => {
    opened.addTransceiver('video', { direction: 'recvonly' });
    opened.addTransceiver('audio', { direction: 'recvonly' });
  });
  const [video, audio] = peer.getReceivers().map((receiver) => receiver.track);
  new nonstandard.RTCVideoSink(video).onframe = () => count('video');
  new nonstandard.RTCAudioSink(audio).ondata = () => count('audio');
}
