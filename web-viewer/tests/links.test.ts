// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { kLayerExtension as kLayer, linkPath } from '../src/live/links';

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
