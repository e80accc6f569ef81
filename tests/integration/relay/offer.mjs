// SPDX-License-Identifier: MIT
// Offers as browsers make them, with one thing changed at a time.
import crypto from 'node:crypto';

const letters = (count) =>
  crypto
    .randomBytes(count)
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, 'x')
    .slice(0, count);

export const credentials = () => ({ ufrag: letters(8), pwd: letters(24) });

const FINGERPRINT = Array.from(crypto.randomBytes(32), (octet) =>
  octet.toString(16).padStart(2, '0').toUpperCase(),
).join(':');

const VIDEO = `a=rtpmap:102 H264/90000
a=rtcp-fb:102 nack
a=rtcp-fb:102 nack pli
a=rtcp-fb:102 transport-cc
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102`;

const AUDIO = `a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1`;

/**
 * @param {{kind: 'audio'|'video', mid?: string, direction?: string, setup?: string, extra?: string,
 *   formats?: string, attributes?: string, stream?: string, mux?: boolean, port?: number}} section
 */
function media(section, { ufrag, pwd }) {
  const video = section.kind === 'video';
  const lines = [
    `m=${section.kind} ${section.port ?? 9} UDP/TLS/RTP/SAVPF ${section.formats ?? (video ? '102 103' : '111')}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${section.mid}`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    `a=setup:${section.setup ?? 'actpass'}`,
    `a=${section.direction}`,
    ...(section.mux === false ? [] : ['a=rtcp-mux']),
    ...(section.stream ? [`a=msid:${section.stream} ${section.kind}`] : []),
    section.attributes ?? (video ? VIDEO : AUDIO),
    ...(section.extra ? [section.extra] : []),
  ];
  return lines.join('\n');
}

/** @param {Parameters<typeof media>[0][]} sections @param {{ufrag: string, pwd: string}} [ice] */
export function offer(sections, ice = credentials()) {
  const named = sections.map((section, index) => ({ mid: String(index), ...section }));
  const text = [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${named.map((section) => section.mid).join(' ')}`,
    ...named.map((section) => media(section, ice)),
    '',
  ].join('\n');
  return text.replace(/\n/g, '\r\n');
}

export const watching = (ice, direction = 'recvonly') =>
  offer(
    [
      { kind: 'video', direction },
      { kind: 'audio', direction },
    ],
    ice,
  );

export const publishing = (ice, direction = 'sendonly') =>
  offer(
    [
      { kind: 'video', direction, stream: 'classroom' },
      { kind: 'audio', direction, stream: 'classroom' },
    ],
    ice,
  );

/** The value of the first `a=name:` (or whether `a=name` is there). */
export function attribute(sdp, name) {
  const match = sdp.match(new RegExp(`^a=${name}(?::(.*?))?\\r?$`, 'm'));
  return match ? (match[1] ?? true) : undefined;
}

/** An m-line with its attributes. */
export const sections = (sdp) => sdp.split(/^(?=m=)/m).slice(1);

/** application/trickle-ice-sdpfrag */
export function fragment({ ufrag, pwd }, candidates = []) {
  return [
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    'm=video 9 UDP/TLS/RTP/SAVPF 102',
    'a=mid:0',
    ...candidates.map((candidate) => `a=${candidate}`),
    '',
  ].join('\r\n');
}
