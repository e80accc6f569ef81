// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';
import type { Plugin } from 'vite';

interface Picture {
  readonly fileName: string;
  readonly size: number;
  /** `bleed`: to the edges, for systems that cut icons to a shape of their own. */
  readonly shape: 'rounded' | 'bleed';
}

/** Named in public/manifest.webmanifest and index.html. */
const kPictures: readonly Picture[] = [
  { fileName: 'icon-192.png', size: 192, shape: 'rounded' },
  { fileName: 'icon-512.png', size: 512, shape: 'rounded' },
  { fileName: 'icon-maskable-512.png', size: 512, shape: 'bleed' },
  { fileName: 'apple-touch-icon.png', size: 180, shape: 'bleed' },
];

/** Draws public/icon.svg as the PNG files that home screens ask for. */
export function icons(): Plugin {
  return {
    name: 'classcast-icons',
    apply: 'build',
    generateBundle() {
      const svg = readFileSync(new URL('public/icon.svg', import.meta.url), 'utf8');
      for (const { fileName, size, shape } of kPictures) {
        const drawn = shape === 'bleed' ? svg.replace('width="32" height="32" rx="8"', 'width="32" height="32"') : svg;
        const source = new Resvg(drawn, { fitTo: { mode: 'width', value: size } }).render().asPng();
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}
