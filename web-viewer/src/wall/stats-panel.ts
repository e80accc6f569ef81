// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { strings } from '../lib/strings';
import type { Player } from '../live/player';
import { measure, type Counters, type Measures } from '../live/stats';
import { LightElement } from '../ui/light-element';
import { bitrateText } from './room-table';
import './stats-panel.css';

const kEveryMs = 1_000;

/** What the browser measures of one playing picture; asks only while it is shown. */
@customElement('cc-stats')
export class StatsPanel extends LightElement {
  @property({ attribute: false }) player: Player | undefined;

  @state() private measures: Measures | undefined;

  private earlier: Counters | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.scope.interval(kEveryMs, () => void this.ask());
    void this.ask();
  }

  override render(): TemplateResult {
    const { stats } = strings;
    if (this.measures === undefined) return html`<p>${stats.unknown}</p>`;
    const rows = rowsOf(this.measures);
    return html`<dl aria-label=${stats.title}>
        ${rows.map(
          ([name, label, value]) =>
            html`<div data-measure=${name}>
              <dt>${label}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>
      <p>${stats.hint}</p>`;
  }

  private async ask(): Promise<void> {
    const counters = await this.player?.counters();
    if (counters === undefined) return;
    // Counters that start anew belong to a new session: nothing can be compared.
    const continued = this.earlier !== undefined && counters.packets >= this.earlier.packets;
    this.measures = measure(continued ? this.earlier : undefined, counters);
    this.earlier = counters;
  }
}

type Row = readonly [name: keyof Measures, label: string, value: string];

function rowsOf(of: Measures): readonly Row[] {
  const { stats } = strings;
  const size = of.width === undefined || of.height === undefined ? undefined : `${of.width} × ${of.height}`;
  const codecs = [of.codec, of.audioCodec].filter((codec) => codec !== undefined).join(' + ');
  return [
    ['width', stats.resolution, size ?? stats.unknown],
    ['framesPerSecond', stats.frameRate, told(of.framesPerSecond, (value) => stats.number(Math.round(value)))],
    ['bitrateBps', stats.bitrate, told(of.bitrateBps, bitrateText)],
    ['lossShare', stats.loss, told(of.lossShare, (share) => `${stats.number(share * 100)} %`)],
    ['jitterMs', stats.jitter, told(of.jitterMs, milliseconds)],
    ['roundTripMs', stats.roundTrip, told(of.roundTripMs, milliseconds)],
    ['dropped', stats.dropped, stats.number(of.dropped)],
    ['codec', stats.codec, codecs === '' ? stats.unknown : codecs],
    ['delayMs', stats.delay, told(of.delayMs, milliseconds)],
  ];
}

function told(value: number | undefined, write: (value: number) => string): string {
  return value === undefined ? strings.stats.unknown : write(value);
}

function milliseconds(value: number): string {
  return `${strings.stats.number(value < 10 ? value : Math.round(value))} ms`;
}
