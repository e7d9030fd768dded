import type { Dispatcher } from 'undici';

export interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

/**
 * Gathers one small answer straight from the parser's callbacks: no stream and no abort signal is made per
 * request, since the client is on the path that is measured.
 */
export function collectResponse(pool: Dispatcher, request: Dispatcher.DispatchOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let status = 0;
    let retryAfter: string | undefined;
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    pool.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_controller, statusCode, headers) {
        status = statusCode;
        const value = headers['retry-after'];
        if (typeof value === 'string') retryAfter = value;
      },
      onResponseData(_controller, chunk) {
        if (first === undefined) first = chunk;
        else if (more === undefined) more = [first, chunk];
        else more.push(chunk);
      },
      onResponseEnd() {
        resolve({ status, retryAfter, text: (more ? Buffer.concat(more) : (first ?? '')).toString() });
      },
      onResponseError(_controller, error) {
        reject(error);
      },
    });
  });
}
