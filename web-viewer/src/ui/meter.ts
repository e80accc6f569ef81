// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { strings } from '../lib/strings';
import { icon } from './icons';

/** A microphone level; `share` 0…1 of the scale, undefined while unknown. */
export function meter(room: string, dbfs: number | undefined, share: number): TemplateResult {
  const text = dbfs === undefined ? strings.tile.levelUnknown : strings.tile.levelValue(dbfs);
  return html`<span class="meter" data-known=${String(dbfs !== undefined)} title=${text}>
    ${icon('microphone')}
    <span
      class="meter-scale"
      role="meter"
      aria-label=${strings.tile.level(room)}
      aria-valuemin="-60"
      aria-valuemax="0"
      aria-valuenow=${Math.round(Math.max(-60, dbfs ?? -60))}
      aria-valuetext=${text}
    >
      <svg class="meter-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="meter-ground" width="100" height="10" />
        <rect class="meter-level" width=${Math.round(share * 100)} height="10" />
      </svg>
    </span>
  </span>`;
}
