/** The wire format of protobuf (protobuf.dev/programming-guides/encoding), as far as gogo's generated code uses it. */

export type WireValue =
  | { readonly kind: 'varint'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly value: Buffer };

/** Yields the fields of a message in order. Throws RangeError for what is cut off, Error for unknown wire types. */
export function* fieldsOfMessage(message: Buffer): Generator<[number: number, value: WireValue]> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined || shift > 63n) throw new RangeError('message is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === 0) yield [number, { kind: 'varint', value: varint() }];
    else if (wireType === 2) {
      const length = Number(varint());
      if (length < 0 || at + length > message.length) throw new RangeError('message is cut off');
      yield [number, { kind: 'bytes', value: message.subarray(at, at + length) }];
      at += length;
    } else throw new Error(`wire type ${wireType} is not used by Kubernetes`);
  }
}
