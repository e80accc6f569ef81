// SPDX-License-Identifier: MIT
// Other people than the administrator: accounts made by the API, each with a session of its own.
import { Api } from './api.mjs';

export const PASSWORD = 'correct horse battery';

/**
 * Adds a person and signs them in.
 * @param {import('./classcast.mjs').Classcast} classcast
 * @param {string} name
 * @param {string} role
 */
export async function addPerson(classcast, name, role) {
  const { user } = await classcast.api.expect(201, 'POST', '/users', { name, role, password: PASSWORD });
  const api = new Api(classcast.url, classcast.certificate);
  await api.signIn(name, PASSWORD);
  return { ...user, name, api };
}

/** Makes a person a member of a room. */
export function join(classcast, room, user, relation = 'member') {
  return classcast.api.expect(204, 'PUT', `/rooms/${room}/members/${user.id}`, { relation });
}

let messages = 0;

/** Writes in a room's chat by the API. */
export function write(api, room, text) {
  messages += 1;
  const client_id = `t${process.pid}-${messages}`;
  return api.expect(201, 'POST', `/rooms/${room}/messages`, { client_id, text });
}
