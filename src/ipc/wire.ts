/** One JSON value a line, both ways. */

/** From client to server: `id` 0 would be a call without an answer, which nothing uses. */
export interface CallFrame {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

/** From server to client: the answer of a call, or an item of the stream that a call opened. */
export type ReplyFrame =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly item: unknown };

/** Cuts a stream of bytes into lines and parses each. */
export class LineParser<T> {
  #rest = '';
  readonly #decoder = new TextDecoder();

  *push(chunk: Uint8Array): Generator<T> {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
  }
}
