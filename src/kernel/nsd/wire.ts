/** Frames of churnlab-nsd: the other side of nsd.h. */

export const Operation = {
  NetnsAdd: 1,
  NetnsDel: 2,
  Run: 3,
  Start: 4,
  Stop: 5,
  Signal: 6,
  List: 7,
  Shutdown: 8,
  Kill: 9,
} as const;

const HEADER = 9;

type Field =
  | { readonly text: string }
  | { readonly u8: number }
  | { readonly u32: number }
  | { readonly list: readonly string[] }
  | { readonly bytes: Uint8Array };

/** One request frame. Texts must not contain NUL. */
export function encodeRequest(id: number, operation: number, ...fields: readonly Field[]): Buffer {
  const parts: Buffer[] = [];
  for (const field of fields) {
    if ('text' in field) parts.push(Buffer.from(`${field.text}\0`));
    else if ('u8' in field) parts.push(Buffer.from([field.u8]));
    else if ('u32' in field) parts.push(u32(field.u32));
    else if ('list' in field)
      parts.push(u32(field.list.length), Buffer.from(field.list.map((t) => `${t}\0`).join('')));
    else parts.push(u32(field.bytes.length), Buffer.from(field.bytes));
  }
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(HEADER);
  head.writeUInt32LE(body.length + 5, 0);
  head.writeUInt32LE(id, 4);
  head[8] = operation;
  return Buffer.concat([head, body]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A reply: `ok` false carries u32 errno and a text. */
export interface Reply {
  readonly id: number;
  readonly ok: boolean;
  readonly fields: Fields;
}

/** Reads the fields of a reply in order. */
export class Fields {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  u32(): number {
    const value = this.#bytes.readUInt32LE(this.#offset);
    this.#offset += 4;
    return value;
  }

  /** A 64-bit number; exact up to 2^53, which is 104 days in nanoseconds. */
  u64(): number {
    const value = Number(this.#bytes.readBigUInt64LE(this.#offset));
    this.#offset += 8;
    return value;
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#offset);
    const value = this.#bytes.toString('utf8', this.#offset, end);
    this.#offset = end + 1;
    return value;
  }

  /** A length-prefixed run of bytes, as text. */
  block(): string {
    const length = this.u32();
    const value = this.#bytes.toString('utf8', this.#offset, this.#offset + length);
    this.#offset += length;
    return value;
  }
}

/** Cuts a stream into replies; feed it what arrives. */
export class ReplyParser {
  #rest: Buffer = Buffer.alloc(0);

  *push(chunk: Buffer): Generator<Reply> {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (data.length >= 4) {
      const length = data.readUInt32LE(0);
      if (data.length < 4 + length) break;
      yield {
        id: data.readUInt32LE(4),
        ok: data[8] === 0,
        fields: new Fields(data.subarray(HEADER, 4 + length)),
      };
      data = data.subarray(4 + length);
    }
    this.#rest = Buffer.from(data);
  }
}
