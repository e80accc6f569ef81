// SPDX-License-Identifier: MIT
import type { HttpError } from '../lib/http';
import { strings } from '../lib/strings';

/** Why nobody was signed in, for the person at the form. */
export function signInProblem(error: HttpError): string {
  const t = strings.signIn;
  if (error.id === 'invalid-credentials') return t.wrong;
  if (error.status === 429) {
    return t.throttled(error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1_000));
  }
  return error.id === 'unreachable' || error.status === 502 || error.status === 504 ? t.unreachable : t.other;
}
