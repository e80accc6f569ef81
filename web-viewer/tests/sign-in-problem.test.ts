// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { HttpError } from '../src/lib/http';
import { strings } from '../src/lib/strings';
import { signInProblem } from '../src/signin/sign-in-problem';

function error(id: string, status: number, retryAfterMs?: number): HttpError {
  return { id, status, detail: '', retryAfterMs };
}

describe('signInProblem', () => {
  it('tells wrong credentials, throttling and an unreachable server apart', () => {
    expect(signInProblem(error('invalid-credentials', 401))).toBe(strings.signIn.wrong);
    expect(signInProblem(error('too-many-requests', 429, 29_500))).toMatch(/30 seconds/);
    expect(signInProblem(error('too-many-requests', 429))).toBe(strings.signIn.throttled(undefined));
    expect(signInProblem(error('unreachable', 0))).toBe(strings.signIn.unreachable);
    expect(signInProblem(error('internal', 500))).toBe(strings.signIn.other);
  });
});
