// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { iceServers, kLayerExtension as kLayer, linkPath } from '../src/live/links';

it.each([
  [`</whep/r/s/layer>; rel="${kLayer}"`, '/whep/r/s/layer'],
  [`<x>; rel=next, <s/layer>;rel=${kLayer}`, '/whep/s/layer'],
  [`<https://elsewhere.example/a?b=c>; title="a, b"; rel="first ${kLayer}"`, '/a?b=c'],
  ['<x>; rel="next"', undefined],
  [kLayer, undefined],
  ['', undefined],
])('finds the layer link in %s', (header, path) => {
  expect(linkPath(header, kLayer, '/whep/r')).toBe(path);
});

it('has no link without a header', () => expect(linkPath(null, kLayer, '/whep/r')).toBeUndefined());

it('finds the servers for a path around firewalls', () => {
  const header =
    '<stun:stun.example>; rel="ice-server", </s/layer>; rel="urn:ietf:params:whep:ext:core:layer", ' +
    '<turns:turn.example:5349>; rel=ice-server; username="17:room"; credential="a,b;c="; credential-type="password", ' +
    '<turn:without-sign-in.example>; rel="ice-server", <https://no.example>; rel="ice-server"';
  expect(iceServers(header)).toEqual([
    { urls: 'stun:stun.example' },
    { urls: 'turns:turn.example:5349', username: '17:room', credential: 'a,b;c=' },
    { urls: 'turn:without-sign-in.example' },
  ]);
  expect(iceServers(null)).toEqual([]);
});
