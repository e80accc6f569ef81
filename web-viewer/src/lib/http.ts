// SPDX-License-Identifier: MIT
import { parseProblem, type Parser, type Problem } from './protocol';
import { parseRetryAfter } from './retry';

export interface HttpError {
  /** An id of docs/ref/protocol.md §1, or `unreachable` (no answer) or `malformed` (an answer that makes no sense). */
  readonly id: string;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly detail: string;
  readonly retryAfterMs: number | undefined;
}

export type Outcome<T> =
  | { readonly kind: 'success'; readonly value: T; readonly headers: Headers }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'error'; readonly error: HttpError };

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Lets the request outlive the page. */
  readonly keepalive?: boolean;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

const kTimeoutMs = 10_000;

/** The fetch wrapper: never throws, and tells "given up by us" from "failed". `read` turns the body into the value. */
export async function send<T>(request: HttpRequest, read: (body: string) => T | undefined): Promise<Outcome<T>> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), request.timeoutMs ?? kTimeoutMs);
  const abort = (): void => controller.abort();
  request.signal?.addEventListener('abort', abort);
  if (request.signal?.aborted === true) controller.abort();
  try {
    const response = await fetch(request.url, init(request, controller.signal));
    return outcome(response, await response.text(), read);
  } catch {
    return request.signal?.aborted === true ? { kind: 'aborted' } : failed('unreachable', 0);
  } finally {
    clearTimeout(timer);
    request.signal?.removeEventListener('abort', abort);
  }
}

export function readJson<T>(parse: Parser<T>): (body: string) => T | undefined {
  return (body) => {
    try {
      return parse(JSON.parse(body));
    } catch {
      return undefined;
    }
  };
}

export const readText = (body: string): string => body;
export const readNothing = (): true => true;

function init(request: HttpRequest, signal: AbortSignal): RequestInit {
  return {
    method: request.method,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'follow',
    keepalive: request.keepalive ?? false,
    headers: { ...request.headers },
    body: request.body ?? null,
    signal,
  };
}

function outcome<T>(response: Response, body: string, read: (body: string) => T | undefined): Outcome<T> {
  if (!response.ok) return { kind: 'error', error: httpError(response, body) };
  const value = read(body);
  if (value === undefined) return failed('malformed', response.status);
  return { kind: 'success', value, headers: response.headers };
}

function httpError(response: Response, body: string): HttpError {
  const problem: Problem | undefined = readJson(parseProblem)(body);
  return {
    id: problem?.id ?? 'malformed',
    status: response.status,
    detail: problem?.detail ?? '',
    retryAfterMs: parseRetryAfter(response.headers.get('Retry-After')),
  };
}

function failed(id: string, status: number): { kind: 'error'; error: HttpError } {
  return { kind: 'error', error: { id, status, detail: '', retryAfterMs: undefined } };
}
