// SPDX-License-Identifier: MIT
// Debian's own browsers, headless: Chromium by Playwright, Firefox by Puppeteer (WebDriver BiDi).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { familyOf } from './usage.mjs';

const WINDOW = { width: 1600, height: 1000 };

const CHROMIUM_FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--ignore-certificate-errors',
];

const FIREFOX_PREFERENCES = {
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
  'media.autoplay.default': 0,
  'media.autoplay.blocking_policy': 0,
  'media.autoplay.block-webaudio': false,
  'app.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
};

const profile = () => fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-browser-'));

/** @typedef {{page: any, newPage: () => Promise<any>, pids: () => number[], close: () => Promise<void>}} Browser */

/** @param {{program?: string}} options another than Debian's, or one that runs it elsewhere @returns {Promise<Browser>} */
export async function openChromium({ program = process.env.CHROMIUM ?? '/usr/bin/chromium' } = {}) {
  const dir = profile();
  const context = await chromium.launchPersistentContext(dir, {
    executablePath: program,
    headless: false,
    args: CHROMIUM_FLAGS,
    viewport: WINDOW,
    ignoreHTTPSErrors: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    newPage: () => context.newPage(),
    pids: () => pidsWith(dir),
    close: async () => {
      await context.close();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** @param {{soundServer?: string}} options a PulseAudio server with loudspeakers @returns {Promise<Browser>} */
export async function openFirefox({ soundServer } = {}) {
  const dir = profile();
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    acceptInsecureCerts: true,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    userDataDir: dir,
    extraPrefsFirefox: FIREFOX_PREFERENCES,
    env: { ...process.env, PULSE_SERVER: soundServer },
    defaultViewport: WINDOW,
  });
  return {
    page: (await browser.pages())[0] ?? (await browser.newPage()),
    newPage: () => browser.newPage(),
    pids: () => familyOf(browser.process().pid),
    close: async () => {
      await browser.close();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Every process of the browser that uses this profile. */
function pidsWith(dir) {
  const uses = (pid) => {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dir);
    } catch {
      return false;
    }
  };
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && uses(name));
  return [...new Set(pids.flatMap((pid) => familyOf(Number(pid))))];
}
