// SPDX-License-Identifier: MIT
/* global window */
// Takes down what others really send, as seeds for the fuzzer and inputs for unit tests. Checks and handshakes are those
// of Chromium, webrtcbin, aiortc and libdatachannel to the relay; Chromium's RTP and RTCP are what werift decrypts.
// GStreamer's are what rtpbin, which is in webrtcbin too, gives out before it is encrypted.
//   node tests/fuzz/capture.mjs [FOLDER]      (tests/fuzz/corpus by default)
import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import { Relay } from '../integration/relay/relay.mjs';
import { openChromium } from '../support/browser.mjs';
import { Program } from '../support/program.mjs';
import { Stack } from '../support/stacks/stack.mjs';
import { until } from '../support/wait.mjs';

const FOLDER = process.argv[2] ?? fileURLToPath(new URL('corpus/', import.meta.url));
const PAGE = fs.readFileSync(new URL('../support/whep.page.js', import.meta.url), 'utf8');
const OFTEN_ENOUGH = 3;

/** Whose packets are being taken down, and how many of each kind there are already. */
let who;
const seen = new Map();

function keep(folder, kind, packet) {
  const name = `${who}-${kind}`;
  const count = seen.get(`${folder}/${name}`) ?? 0;
  if (count >= OFTEN_ENOUGH) {
    return;
  }
  seen.set(`${folder}/${name}`, count + 1);
  fs.writeFileSync(path.join(FOLDER, folder, count === 0 ? name : `${name}-${count + 1}`), packet);
}

/** RFC 7983: STUN requests and DTLS records are told apart by their first octet. */
function keepDatagram(datagram) {
  if (datagram[0] === 0 && datagram[1] === 1) {
    keep('stun', 'request', datagram);
  } else if (datagram[0] >= 20 && datagram[0] <= 25) {
    keep('dtls', datagram[0] === 22 ? `handshake-${datagram[13]}` : `record-${datagram[0]}`, datagram);
  }
}

/** A relay behind a port that looks at what comes. */
async function watchedRelay() {
  const relay = await Relay.start({ media: { listen: '127.0.0.1:0', tcp_listen: 'off' } });
  const [front, back] = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
  front.bind(0, '127.0.0.1');
  await once(front, 'listening');
  let client;
  front.on('message', (datagram, from) => {
    client = from;
    keepDatagram(datagram);
    back.send(datagram, relay.mediaPort, '127.0.0.1');
  });
  back.on('message', (datagram) => front.send(datagram, client.port, client.address));
  const { port } = front.address();
  return { relay, answerTo: (sdp) => sdp.replaceAll(` ${relay.mediaPort} typ`, ` ${port} typ`) };
}

/** Calls `then` with what a method of an SRTP session decrypts. */
function overhear(session, then) {
  const { decrypt } = session;
  session.decrypt = (packet) => {
    const plain = decrypt(packet);
    then(plain);
    return plain;
  };
}

const CODECS = {
  h264: { mimeType: 'video/H264', clockRate: 90000 },
  vp8: { mimeType: 'video/VP8', clockRate: 90000 },
};
const OPUS = { mimeType: 'audio/opus', clockRate: 48000, channels: 2 };

async function answerTo(offer, codec) {
  const feedback = ['nack', 'nack pli', 'transport-cc'].map((text) => {
    const [type, parameter] = text.split(' ');
    return { type, parameter };
  });
  const video = [new RTCRtpCodecParameters({ ...CODECS[codec], rtcpFeedback: feedback })];
  const peer = new RTCPeerConnection({
    iceServers: [],
    codecs: { video, audio: [new RTCRtpCodecParameters(OPUS)] },
  });
  peer.connectionStateChange.subscribe((state) => {
    if (state === 'connected') {
      const [transport] = peer.dtlsTransports;
      overhear(transport.srtp, (packet) => keep('rtp', `${codec}-${packet[1] & 0x7f}`, packet));
      overhear(transport.srtcp, (packet) => keep('rtcp', `${packet[1]}-${packet.length}`, packet));
    }
  });
  await peer.setRemoteDescription({ type: 'offer', sdp: offer });
  await peer.setLocalDescription(await peer.createAnswer());
  return peer.localDescription.sdp;
}

const watched = await watchedRelay();

async function throughRelay(offer) {
  const { text } = await watched.relay.post('whip', { room: who, body: offer });
  return watched.answerTo(text);
}

/** A WHIP end point: /whip/ROOM is the relay's, /werift werift's. */
const server = http.createServer(async (request, response) => {
  const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };
  if (request.method !== 'POST') {
    return response.writeHead(200, { ...cors, 'Content-Type': 'text/html' }).end('<body>');
  }
  let offer = '';
  for await (const chunk of request) {
    offer += chunk;
  }
  const answer = await (request.url.startsWith('/whip/') ? throughRelay(offer) : answerTo(offer, 'h264'));
  response.writeHead(201, { ...cors, 'Content-Type': 'application/sdp', Location: '/session' }).end(answer);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const base = `http://127.0.0.1:${server.address().port}`;
const within = { within: 60_000 };
const has = (start) => () => [...seen.keys()].some((key) => key.startsWith(start));

async function fromChromium() {
  who = 'chromium';
  const browser = await openChromium();
  await browser.page.goto(base);
  await browser.page.evaluate(PAGE);
  const picture = { width: 320, height: 240, profile: '42e01f' };
  for (const url of [`${base}/werift`, `${base}/whip/chromium`]) {
    await browser.page.evaluate(([to, film]) => window.publishOne(to, 'none', film), [url, picture]);
  }
  await until('Chromium sends reports', has('rtcp/chromium-200'), within);
  await until('Chromium begins a handshake', has('dtls/chromium-handshake-11'), within);
  await browser.close();
}

async function fromStack(name, codec) {
  who = name;
  const stack = new Stack(name, 'publish', { relay: { base, token: () => 'none' }, room: name, codec });
  await until(`${name} sends checks`, has(`stun/${name}-request`), within);
  await until(`${name} has shaken hands`, has(`dtls/${name}-handshake-11`), within);
  await stack.stop();
}

async function fromRtpbin(name, chain) {
  who = 'gstreamer';
  const [rtp, rtcp] = [dgram.createSocket('udp4'), dgram.createSocket('udp4')];
  rtp.on('message', (packet) => keep('rtp', name, packet));
  rtcp.on('message', (packet) => keep('rtcp', name, packet));
  rtp.bind(0, '127.0.0.1');
  rtcp.bind(0, '127.0.0.1');
  await Promise.all([once(rtp, 'listening'), once(rtcp, 'listening')]);
  const to = (socket) => `udpsink host=127.0.0.1 port=${socket.address().port} sync=false`;
  const pipeline =
    `rtpbin name=r ${chain} ! r.send_rtp_sink_0 ` +
    `r.send_rtp_src_0 ! ${to(rtp)} r.send_rtcp_src_0 ! ${to(rtcp)}`;
  const program = new Program('gst-launch', ['gst-launch-1.0', '-q', ...pipeline.split(' ')]).start();
  await until('rtpbin sends a report', has(`rtcp/gstreamer-${name}`), within);
  await program.stop();
  rtp.close();
  rtcp.close();
}

const picture = 'videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=10/1';

await fromChromium();
await fromStack('webrtcbin', 'vp8');
await fromStack('aiortc', 'vp8');
await fromStack('libdatachannel', 'h264');
await fromRtpbin(
  'h264',
  `${picture} ! x264enc tune=zerolatency bframes=0 ! rtph264pay config-interval=-1 pt=102`,
);
await fromRtpbin('vp8', `${picture} ! vp8enc deadline=1 ! rtpvp8pay pt=102`);
await fromRtpbin('opus', 'audiotestsrc is-live=true ! audioconvert ! opusenc ! rtpopuspay pt=111');
await watched.relay.stop();
process.exit(0);
