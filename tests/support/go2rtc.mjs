// SPDX-License-Identifier: MIT
// go2rtc on the loopback interface, when somebody has its program: the cameras of a Classcast on its own player page.
import fs from 'node:fs';
import path from 'node:path';
import { freeTcpPort, freeUdpPort } from './ports.mjs';
import { Program, run } from './program.mjs';
import { until } from './wait.mjs';

/** Its page asks public STUN servers for an address; nothing here leaves the machine. */
const NO_STRANGERS = `{
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(config) { super({ ...config, iceServers: [] }); }
  };
}`;

function settingsOf({ port, media, cameras }) {
  const streams = cameras.map(([id, url]) => `  ${id}: ${url}\n`).join('');
  return `api:
  listen: 127.0.0.1:${port}
rtsp:
  listen: ""
webrtc:
  listen: 127.0.0.1:${media}
  candidates: [127.0.0.1:${media}]
  ice_servers: []
streams:
${streams}`;
}

export class Go2rtc {
  /** @param {{program: string, dir: string, cameras: [string, string][]}} options room and RTSP URL of each camera */
  constructor({ program, dir, cameras }) {
    Object.assign(this, { executable: program, dir, cameras });
  }

  async start() {
    const port = await freeTcpPort();
    const media = await freeUdpPort();
    const config = path.join(this.dir, 'go2rtc.yaml');
    fs.writeFileSync(config, settingsOf({ port, media, cameras: this.cameras }));
    this.url = `http://127.0.0.1:${port}`;
    this.program = new Program('go2rtc', [this.executable, '-config', config], { logs: this.dir }).start();
    await until('go2rtc answers', () =>
      fetch(`${this.url}/api`).then(
        (answer) => answer.ok,
        () => false,
      ),
    );
    return this;
  }

  async version() {
    return (await run([this.executable, '-version'])).trim().split(/\s+/)[2] ?? '';
  }

  /** Shows all cameras on its own page, in its own way. */
  async show(page) {
    await page.addInitScript(NO_STRANGERS);
    const sources = this.cameras.map(([id]) => `src=${id}`).join('&');
    await page.goto(`${this.url}/stream.html?${sources}&mode=webrtc&width=250px`);
  }

  stop() {
    return this.program?.stop();
  }
}
