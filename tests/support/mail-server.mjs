// SPDX-License-Identifier: MIT
// Drives mail-server.py: a mail server with TLS and sign-in.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from './program.mjs';
import { until } from './wait.mjs';

const SCRIPT = fileURLToPath(new URL('mail-server.py', import.meta.url));

export class MailServer {
  /** @param {string} dir where its certificate goes @param {'starttls' | 'tls'} mode */
  static async start(dir, mode) {
    const server = new MailServer();
    const [key, certificate] = ['mail.key', 'mail.crt'].map((name) => path.join(dir, name));
    const request = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=mail';
    const names = ['-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', ['req', ...request.split(' '), ...names, '-keyout', key, '-out', certificate], {
      stdio: 'ignore',
    });
    server.ca = certificate;
    server.program = new Program('mail-server', ['/usr/bin/python3', SCRIPT, mode, certificate, key]).start();
    [, server.port] = await server.program.said(/port (\d+)/);
    return server;
  }

  get mails() {
    const lines = this.program.output.split('\n').slice(0, -1);
    return lines.filter((line) => line.startsWith('mail ')).map((line) => JSON.parse(line.slice(5)));
  }

  /** The first mail to that address, from now or before, that fits. */
  mailTo(address, fits = () => true) {
    return until(`a mail to ${address}`, () =>
      this.mails.find((one) => one.to.includes(address) && fits(one)),
    );
  }

  stop() {
    return this.program.stop();
  }
}
