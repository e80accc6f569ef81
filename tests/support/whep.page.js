// SPDX-License-Identifier: MIT
// WHIP and WHEP as a page speaks them, without the viewer; to be put into a page as it is.

/** POSTs an offer and takes the answer; the session's URL. */
async function negotiate(peer, url, token) {
  await peer.setLocalDescription();
  if (peer.iceGatheringState !== 'complete') {
    await new Promise((resolve) => {
      peer.addEventListener(
        'icegatheringstatechange',
        () => peer.iceGatheringState === 'complete' && resolve(),
      );
      setTimeout(resolve, 1000);
    });
  }
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` },
    body: peer.localDescription.sdp,
  });
  const text = await answer.text();
  if (answer.status !== 201) {
    throw new Error(`${answer.status} ${text}`);
  }
  await peer.setRemoteDescription({ type: 'answer', sdp: text });
  return new URL(answer.headers.get('Location'), url).href;
}

/** What the relay tells a viewer of TURN servers (RFC 9725 §4.6), as RTCPeerConnection takes it. */
window.turnServers = async (url, token) => {
  const peer = new RTCPeerConnection();
  peer.addTransceiver('video', { direction: 'recvonly' });
  await peer.setLocalDescription();
  const headers = { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` };
  const answer = await fetch(url, { method: 'POST', headers, body: peer.localDescription.sdp });
  peer.close();
  await fetch(new URL(answer.headers.get('Location'), url), { method: 'DELETE', headers });
  const link = /<(turns?:[^>]+)>; rel="ice-server"; username="([^"]+)"; credential="([^"]+)"/g;
  return [...answer.headers.get('Link').matchAll(link)].map(([, urls, username, credential]) => ({
    urls,
    username,
    credential,
  }));
};

/** The types of candidate that the media of a player go between. */
window.route = async (player) => {
  const stats = await window.players[player].peer.getStats();
  const pair = [...stats.values()].find(
    ({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded',
  );
  const local = pair && stats.get(pair.localCandidateId);
  return local && { type: local.candidateType, protocol: local.relayProtocol ?? local.protocol };
};

/** Plays a room; `window.players` holds what becomes of it. */
window.play = async (url, token, configuration = {}) => {
  const peer = new RTCPeerConnection(configuration);
  peer.addTransceiver('video', { direction: 'recvonly' });
  peer.addTransceiver('audio', { direction: 'recvonly' });
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true });
  document.body.append(video);
  peer.ontrack = ({ track }) => {
    if (track.kind === 'video') {
      video.srcObject = new MediaStream([track]);
    }
  };
  const session = await negotiate(peer, url, token);
  window.players ??= [];
  return { player: window.players.push({ peer, video, session }) - 1, session };
};

/** A picture that moves, 25 times a second. */
function movingPicture(width, height) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  let n = 0;
  setInterval(() => {
    context.fillStyle = `hsl(${(n += 7) % 360} 80% 50%)`;
    context.fillRect(0, 0, width, height);
    context.fillStyle = '#fff';
    context.fillRect((n * 3) % (width - 40), (n * 2) % (height - 40), 40, 40);
  }, 40);
  return canvas.captureStream(25).getVideoTracks()[0];
}

window.publishers = [];

/** Publishes two encodings, the smaller one first, as nobody should rely on an order. */
window.publish = async (url, token) => {
  const peer = new RTCPeerConnection();
  peer.addTransceiver(movingPicture(640, 480), {
    direction: 'sendonly',
    sendEncodings: [
      { rid: 'small', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
      { rid: 'big', maxBitrate: 900_000 },
    ],
  });
  window.publishers.push(peer);
  return negotiate(peer, url, token);
};

/** Publishes one picture in H.264 of a profile; the publisher's index. */
window.publishOne = async (url, token, { width, height, profile }) => {
  const peer = new RTCPeerConnection();
  const transceiver = peer.addTransceiver(movingPicture(width, height), { direction: 'sendonly' });
  const { codecs } = RTCRtpSender.getCapabilities('video');
  transceiver.setCodecPreferences(
    codecs.filter(
      ({ sdpFmtpLine: line = '' }) => line.includes(profile) && line.includes('packetization-mode=1'),
    ),
  );
  await negotiate(peer, url, token);
  return window.publishers.push(peer) - 1;
};

/** Publishes one picture in VP8, which every browser has; the publisher's index. */
window.publishVp8 = async (url, token, { width, height }) => {
  const peer = new RTCPeerConnection();
  const transceiver = peer.addTransceiver(movingPicture(width, height), { direction: 'sendonly' });
  const { codecs } = RTCRtpSender.getCapabilities('video');
  transceiver.setCodecPreferences?.(codecs.filter(({ mimeType }) => /vp8|rtx/i.test(mimeType)));
  await negotiate(peer, url, token);
  return window.publishers.push(peer) - 1;
};

window.framesSent = async (index) => {
  const stats = [...(await window.publishers[index].getStats()).values()];
  return stats.find((one) => one.type === 'outbound-rtp')?.framesSent ?? 0;
};

/** What has come of a player's picture so far. */
window.seen = async (player) => {
  const { peer } = window.players[player];
  const report = [...(await peer.getStats()).values()].find(
    (one) => one.type === 'inbound-rtp' && one.kind === 'video',
  );
  const {
    frameWidth = 0,
    framesDecoded = 0,
    totalFreezesDuration = 0,
    freezeCount = 0,
    packetsLost = 0,
  } = report ?? {};
  const state = peer.connectionState;
  return { frameWidth, framesDecoded, totalFreezesDuration, freezeCount, packetsLost, state };
};
