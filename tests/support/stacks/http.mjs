// SPDX-License-Identifier: MIT
// WHIP and WHEP as any client does them: one POST, one DELETE. The token comes by the environment, not by argv.
import { request } from '../api.mjs';

export class Session {
  /** @param {string} url of the end point @param {{tcpOnly?: boolean}} [options] */
  constructor(url, { tcpOnly = false } = {}) {
    Object.assign(this, { url, tcpOnly });
  }

  /** @param {string} offer @returns {Promise<string>} the answer */
  async open(offer) {
    const headers = { 'Content-Type': 'application/sdp', Authorization: `Bearer ${process.env.WHIP_TOKEN}` };
    const answer = await request(this.url, { method: 'POST', headers, body: offer });
    if (answer.status !== 201) {
      throw new Error(`${this.url}: ${answer.status} ${answer.text}`);
    }
    this.location = new URL(answer.headers.location, this.url).href;
    return this.tcpOnly ? answer.text.replace(/^a=candidate:\S+ \d+ udp .*\r\n/gim, '') : answer.text;
  }

  async close() {
    await request(this.location, { method: 'DELETE' });
  }
}
