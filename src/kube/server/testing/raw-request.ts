import { request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  /** The body as JSON; throws when it is something else. */
  readonly json: <T = Record<string, unknown>>() => T;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is a string or bytes. */
  readonly body?: unknown;
}

/** One HTTP request over a unix socket, without a client's own ideas. */
export function rawRequest(
  socketPath: string,
  path: string,
  { method = 'GET', headers = {}, body }: RawRequest = {},
) {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const sent = request(
    { socketPath, path, method, headers: { authorization: 'Bearer token', ...headers } },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          json: () => JSON.parse(text),
        });
      });
    },
  );
  sent.on('error', reject);
  sent.end(
    body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  );
  return promise;
}

/** Reads this many lines of JSON from an answer that does not end, then closes the connection. */
export function rawLines<T>(
  socketPath: string,
  path: string,
  count: number,
  headers: Readonly<Record<string, string>>,
) {
  const { promise, resolve, reject } = Promise.withResolvers<T[]>();
  const sent = request(
    { socketPath, path, headers: { authorization: 'Bearer token', ...headers } },
    (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
        const lines = text.split('\n').slice(0, -1);
        if (lines.length < count) return;
        resolve(lines.slice(0, count).map((line) => JSON.parse(line) as T));
        sent.destroy();
      });
      answer.on('error', () => {});
    },
  );
  sent.on('error', reject);
  sent.end();
  return promise;
}
