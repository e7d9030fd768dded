/** How a key or a value lies in memory. `write` must set every byte: the kernel compares padding too. */
export interface Codec<T> {
  /** Bytes. */
  readonly size: number;
  write(value: T, into: Buffer): void;
  /** Reads a value; it must not keep `from`, which is used again. */
  read(from: Buffer): T;
}

/** A number of 32 bits in host order. */
export const U32: Codec<number> = {
  size: 4,
  write: (value, into) => void into.writeUInt32LE(value),
  read: (from) => from.readUInt32LE(),
};

/** A number of 64 bits in host order. */
export const U64: Codec<bigint> = {
  size: 8,
  write: (value, into) => void into.writeBigUInt64LE(value),
  read: (from) => from.readBigUInt64LE(),
};
