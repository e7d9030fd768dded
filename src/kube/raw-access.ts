import { LineSplitter } from './line-splitter.ts';
import type { Transport } from './transport.ts';

export interface LineOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Ends the stream without an error. */
  readonly signal: AbortSignal;
}

/** Paths of an API server that serve no objects: proxies to pods and nodes, metrics, health. */
export interface RawAccess {
  /** The body of a GET. @throws KubeError */
  text(path: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** The lines of a GET as they come; ends when the server ends it or the signal fires. @throws KubeError */
  lines(path: string, opts: LineOptions): AsyncGenerator<string>;
}

/** A streamed GET: refused answers go to `refuse`, which throws. Timeouts in ms. */
export async function* streamLines(
  transport: Transport,
  request: {
    readonly path: string;
    readonly headers: string[];
    readonly signal: AbortSignal;
    readonly beginTimeout: number;
    readonly silenceTimeout: number;
  },
  refuse: (status: number, text: string) => never,
): AsyncGenerator<string> {
  const { path, headers, signal, beginTimeout, silenceTimeout } = request;
  signal.throwIfAborted();
  const { statusCode, body } = await transport.watches.request({
    method: 'GET',
    path: transport.prefix + path,
    headers,
    signal,
    headersTimeout: beginTimeout,
    bodyTimeout: silenceTimeout,
  });
  if (statusCode !== 200) refuse(statusCode, await body.text());
  const lines = new LineSplitter();
  for await (const chunk of body) yield* lines.push(chunk as Buffer);
}
