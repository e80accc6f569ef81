// SPDX-License-Identifier: MIT
// One stack in a process of its own: child.mjs STACK publish|watch URL CODEC [tcp]. Prints one line of JSON when it is
// connected and then what it has sent or received, ten times a second. Ends by SIGTERM, or without goodbye by SIGKILL.
import { Session } from './http.mjs';

const [stack, role, url, codec, transport] = process.argv.slice(2);
const counts = { video: 0, audio: 0 };
const session = new Session(url, { tcpOnly: transport === 'tcp' });

process.on('SIGTERM', () => session.close().finally(() => process.exit(0)));
const implementation = await import(`./${stack}.mjs`);
await implementation[role](session, { codec, count: (kind) => (counts[kind] += 1) });
setInterval(() => console.log(JSON.stringify({ session: session.location, ...counts })), 100);
