// SPDX-License-Identifier: MIT
// werift: ICE, DTLS and SRTP all in TypeScript.
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpPacket } from 'werift';
import { Media } from './media.mjs';

const VIDEO = {
  h264: {
    mimeType: 'video/H264',
    clockRate: 90000,
    payloadType: 102,
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  },
  vp8: { mimeType: 'video/VP8', clockRate: 90000, payloadType: 102 },
};
const OPUS = { mimeType: 'audio/opus', clockRate: 48000, channels: 2, payloadType: 111 };

async function connect(session, codec, addTransceivers) {
  const feedback = [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }];
  const peer = new RTCPeerConnection({
    iceServers: [],
    codecs: {
      video: [new RTCRtpCodecParameters({ ...VIDEO[codec], rtcpFeedback: feedback })],
      audio: [new RTCRtpCodecParameters(OPUS)],
    },
  });
  addTransceivers(peer);
  await peer.setLocalDescription(await peer.createOffer());
  const connected = new Promise((resolve) => {
    peer.connectionStateChange.subscribe((state) => state === 'connected' && resolve());
  });
  await peer.setRemoteDescription({ type: 'answer', sdp: await session.open(peer.localDescription.sdp) });
  await connected;
  return peer;
}

export async function publish(session, { codec, count }) {
  const tracks = {
    video: new MediaStreamTrack({ kind: 'video' }),
    audio: new MediaStreamTrack({ kind: 'audio' }),
  };
  await connect(session, codec, (peer) => {
    peer.addTransceiver(tracks.video, { direction: 'sendonly' });
    peer.addTransceiver(tracks.audio, { direction: 'sendonly' });
  });
  const send = (kind) => (packet) => {
    tracks[kind].writeRtp(RtpPacket.deSerialize(packet));
    count(kind);
  };
  new Media().run(send('video'), send('audio'));
}

export async function watch(session, { codec, count }) {
  await connect(session, codec, (peer) => {
    for (const kind of ['video', 'audio']) {
      peer.addTransceiver(kind, { direction: 'recvonly' }).onTrack.subscribe((track) => {
        track.onReceiveRtp.subscribe(() => count(kind));
      });
    }
  });
}
