// SPDX-License-Identifier: MIT
// The sample configurations of nginx and Caddy in front of the server, with Debian's own programs: pages, sign-in, WebSockets, WHEP and its
// event stream, and the wall in a browser.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import WebSocket from 'ws';
import { Api, mintToken, request } from '../support/api.mjs';
import { openChromium } from '../support/browser.mjs';
import { Classcast, TOP } from '../support/classcast.mjs';
import { freeTcpPort } from '../support/ports.mjs';
import { Program, run } from '../support/program.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';
import { Watcher } from '../support/watcher.mjs';

const sample = (name) => fs.readFileSync(path.join(TOP, 'config', name), 'utf8');

/** Replaces what must be there. */
function put(text, pattern, value) {
  assert.match(text, pattern);
  return text.replaceAll(pattern, value);
}

/** nginx with the sample, on free ports, with the test's certificate. */
function nginx(classcast, dir, { port, plain }) {
  let site = sample('nginx/classcast.conf');
  site = put(site, /listen 80;/g, `listen 127.0.0.1:${plain};`);
  site = put(site, /listen 443 /g, `listen 127.0.0.1:${port} `);
  site = put(site, /(ssl_certificate +)\S+;/g, `$1${dir}/front.crt;`);
  site = put(site, /(ssl_certificate_key +)\S+;/g, `$1${dir}/front.key;`);
  site = put(site, /\/var\/lib\/classcast\/server\/tls\.crt/g, classcast.certificate);
  site = put(site, /127\.0\.0\.1:8443/g, `127.0.0.1:${classcast.port}`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${dir};`,
  );
  fs.writeFileSync(path.join(dir, 'site.conf'), site);
  fs.writeFileSync(
    path.join(dir, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${dir}/nginx.pid; error_log stderr;\nevents {}\n` +
      `http { access_log off; ${temporary.join(' ')}\ninclude ${dir}/site.conf; }\n`,
  );
  return ['/usr/sbin/nginx', '-p', dir, '-e', 'stderr', '-c', path.join(dir, 'nginx.conf')];
}

/** Caddy with the sample; no authority is asked for a certificate. */
function caddy(classcast, dir, { port }) {
  let site = sample('caddy/Caddyfile');
  site = put(
    site,
    /^classcast\.school\.example \{/gm,
    `{\n\tadmin off\n\tauto_https disable_redirects\n}\n\nhttps://127.0.0.1:${port} {\n\ttls ${dir}/front.crt ${dir}/front.key`,
  );
  site = put(site, /\/etc\/caddy\/classcast\.crt/g, classcast.certificate);
  site = put(site, /127\.0\.0\.1:8443/g, `127.0.0.1:${classcast.port}`);
  fs.writeFileSync(path.join(dir, 'Caddyfile'), site);
  return [
    'env',
    `HOME=${dir}`,
    '/usr/bin/caddy',
    'run',
    '--adapter',
    'caddyfile',
    '--config',
    path.join(dir, 'Caddyfile'),
  ];
}

/** What an event stream says. */
function eventStream(url, ca) {
  const events = { text: '' };
  const asked = https.get(url, { ca, headers: { Accept: 'text/event-stream' } }, (response) =>
    response.setEncoding('utf8').on('data', (text) => (events.text += text)),
  );
  asked.on('error', () => {});
  events.close = () => asked.destroy();
  return events;
}

describe('a proxy in front', { concurrency: 1 }, () => {
  /** @type {Classcast} */
  let classcast;
  let browser;
  before(async () => {
    classcast = await Classcast.start({ rooms: [{ id: 'room-101', microphone: 'none' }] });
    await classcast.allLive();
    browser = await openChromium();
  });
  after(async () => {
    await browser?.close();
    Watcher.cleanup();
    await classcast?.stop();
  });

  for (const [name, make] of Object.entries({ nginx, caddy })) {
    describe(name, { concurrency: 1 }, () => {
      const ports = {};
      let proxy;
      let api;
      let ca;
      before(async () => {
        const dir = path.join(classcast.dir, name);
        fs.mkdirSync(dir);
        Object.assign(ports, { port: await freeTcpPort(), plain: await freeTcpPort() });
        const subject = ['-subj', '/CN=front', '-addext', 'subjectAltName=IP:127.0.0.1'];
        const files = ['-keyout', `${dir}/front.key`, '-out', `${dir}/front.crt`];
        const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
        await run(['openssl', 'req', '-x509', ...kind, ...subject, ...files]);
        ca = fs.readFileSync(`${dir}/front.crt`);
        proxy = new Program(name, make(classcast, dir, ports), { logs: classcast.logs }).start();
        api = new Api(`https://127.0.0.1:${ports.port}`, `${dir}/front.crt`);
        const answers = async () => {
          assert.ok(proxy.running, proxy.errors);
          return request(`${api.url}/healthz`, { ca }).then(
            ({ status }) => status === 200,
            () => false,
          );
        };
        await until(`${name} answers`, answers, { within: 20_000 });
      });
      after(() => proxy?.stop());

      test('signs in, and serves the pages', async () => {
        await api.signIn(classcast.user, classcast.password);
        assert.equal((await api.room('room-101')).state, 'live');
        assert.match((await request(`${api.url}/`, { ca })).text, /<title>/);
      });

      test('passes WebSockets', async () => {
        const headers = { Cookie: api.cookie, Origin: api.url };
        const socket = new WebSocket(`${api.url.replace('https', 'wss')}/ws`, { ca, headers });
        const messages = [];
        socket.on('message', (data) => messages.push(data.toString()));
        socket.on('error', (error) => messages.push(error.message));
        await until('the server speaks', () => messages.some((text) => text.includes('room-101')));
        socket.terminate();
      });

      test('passes WHEP and its event stream, which is not held back', async () => {
        const watcher = new Watcher();
        await watcher.offer();
        const claims = { sub: 'user:1', room: 'room-101', can: 'watch' };
        const token = mintToken(path.join(classcast.state, 'token.key'), claims);
        const whep = (method, url, type = 'text/plain', body = undefined) =>
          request(url, {
            method,
            ca,
            body,
            headers: { 'Content-Type': type, Authorization: `Bearer ${token}` },
          });
        const offer = watcher.peer.localDescription().sdp;
        const answer = await whep('POST', `${api.url}/whep/room-101`, 'application/sdp', offer);
        assert.equal(answer.status, 201, answer.text);
        const session = new URL(answer.headers.location, api.url).href;
        const stream = await whep('POST', `${session}/sse`, 'application/json', '["active","viewercount"]');
        assert.equal(stream.status, 201, stream.text);
        const events = eventStream(new URL(stream.headers.location, api.url).href, ca);
        await until('the event stream speaks', () => /^event: active$/m.test(events.text));
        events.close();
        assert.ok([200, 204].includes((await whep('DELETE', session)).status));
        watcher.peer.close();
      });

      test('the wall says LIVE and plays in a browser', async () => {
        // A cookie belongs to a host, whatever the port.
        await browser.page.context().clearCookies();
        const wall = await new Wall(browser.page, api.url).signIn(classcast.user, classcast.password);
        await wall.says('room-101', 'live');
        await wall.open('room-101');
        await wall.shows('room-101', { count: 10 });
      });

      if (name === 'nginx') {
        test('plain HTTP is sent on', async () => {
          const answer = await request(`http://127.0.0.1:${ports.plain}/rooms/room-101`);
          assert.equal(answer.status, 301);
          assert.match(answer.headers.location, /^https:\/\/.*\/rooms\/room-101$/);
        });
      }
    });
  }
});
