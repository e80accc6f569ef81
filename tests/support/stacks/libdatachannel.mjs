// SPDX-License-Identifier: MIT
// libdatachannel (node-datachannel): ICE of libjuice, DTLS of OpenSSL, SRTP of libsrtp2.
import nodeDataChannel from 'node-datachannel';
import { Media } from './media.mjs';

const CODEC = {
  h264: (video) => video.addH264Codec(102),
  vp8: (video) => video.addVP8Codec(102),
};

async function connect(session, direction, codec, media) {
  const peer = new nodeDataChannel.PeerConnection('peer', { iceServers: [], disableAutoNegotiation: true });
  const video = new nodeDataChannel.Video('0', direction);
  CODEC[codec](video);
  const audio = new nodeDataChannel.Audio('1', direction);
  audio.addOpusCodec(111);
  if (media) {
    video.addSSRC(media.video.ssrc, 'classroom', 'classroom', 'video');
    audio.addSSRC(media.audio.ssrc, 'classroom', 'classroom', 'audio');
  }
  const tracks = [peer.addTrack(video), peer.addTrack(audio)];
  const gathered = new Promise((resolve) => {
    peer.onGatheringStateChange((state) => state === 'complete' && resolve());
  });
  const connected = new Promise((resolve) =>
    peer.onStateChange((state) => state === 'connected' && resolve()),
  );
  peer.setLocalDescription('offer');
  await gathered;
  peer.setRemoteDescription(await session.open(peer.localDescription().sdp), 'answer');
  await connected;
  return { peer, tracks };
}

export async function publish(session, { codec, count }) {
  const media = new Media();
  const { tracks } = await connect(session, 'SendOnly', codec, media);
  const send = (track, kind) => (packet) => {
    if (track.sendMessageBinary(packet)) {
      count(kind);
    }
  };
  media.run(send(tracks[0], 'video'), send(tracks[1], 'audio'));
}

export async function watch(session, { codec, count }) {
  const { tracks } = await connect(session, 'RecvOnly', codec);
  tracks.forEach((track, index) =>
    track.onMessage((packet) => {
      // RTCP comes the same way (RFC 5761 §4).
      if (packet[1] < 192 || packet[1] > 223) {
        count(index === 0 ? 'video' : 'audio');
      }
    }),
  );
}
