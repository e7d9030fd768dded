/** The most bits one bitmap holds: what a 32-bit index reaches. */
export const BITMAP_LIMIT = 2 ** 32;

/** Levels with up to this many words are an array from the first bit on; larger ones hold only words in use. */
const DENSE_WORDS = 4096;

/**
 * A set of bits that finds its next clear one in a handful of steps however full it is: above each 32 words lies
 * a word that says which of them are full, and so on upwards. 2^32 bits have seven levels. Memory is taken when
 * bits are set, so an empty bitmap of any size costs nothing.
 */
export class Bitmap {
  readonly size: number;
  readonly #levels: Words[] = [];
  #count = 0;

  /** @param size number of bits, 1 to 2^32. */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1 || size > BITMAP_LIMIT) {
      throw new RangeError(`Expected a size from 1 to 2^32 bits, got ${size}`);
    }
    this.size = size;
    for (let words = size; words > 1 || this.#levels.length === 0; ) {
      words = Math.ceil(words / 32);
      this.#levels.push(words <= DENSE_WORDS ? new DenseWords(words) : new SparseWords());
    }
  }

  /** How many bits are set. */
  get count(): number {
    return this.#count;
  }

  has(bit: number): boolean {
    return (this.#levels[0]!.get(Math.floor(bit / 32)) & (1 << (bit & 31))) !== 0;
  }

  /** Sets a bit; false when it was set already. */
  set(bit: number): boolean {
    this.#check(bit);
    if (this.has(bit)) return false;
    this.#count++;
    for (let level = 0, index = bit; level < this.#levels.length; level++) {
      const at = Math.floor(index / 32);
      const word = this.#levels[level]!.get(at) | (1 << (index & 31));
      this.#levels[level]!.set(at, word);
      if (word !== -1) break;
      index = at;
    }
    return true;
  }

  /** Clears a bit; false when it was clear already. */
  clear(bit: number): boolean {
    this.#check(bit);
    if (!this.has(bit)) return false;
    this.#count--;
    for (let level = 0, index = bit; level < this.#levels.length; level++) {
      const at = Math.floor(index / 32);
      const word = this.#levels[level]!.get(at);
      this.#levels[level]!.set(at, word & ~(1 << (index & 31)));
      if (word !== -1) break;
      index = at;
    }
    return true;
  }

  /** The first clear bit at or after `from`, or undefined. Bits beyond the size count as clear and end the search. */
  nextClear(from: number): number | undefined {
    let index = from;
    for (let level = 0; level < this.#levels.length; level++) {
      const at = Math.floor(index / 32);
      const clear = ~this.#levels[level]!.get(at) & (-1 << (index & 31));
      if (clear !== 0) return this.#descend(level, at * 32 + lowestBit(clear));
      index = at + 1;
    }
    return undefined;
  }

  /** From a clear bit of a level down to the first clear bit below it. */
  #descend(level: number, found: number): number | undefined {
    let index = found;
    for (let below = level - 1; below >= 0; below--) {
      index = index * 32 + lowestBit(~this.#levels[below]!.get(index));
    }
    return index < this.size ? index : undefined;
  }

  #check(bit: number): void {
    if (!Number.isInteger(bit) || bit < 0 || bit >= this.size) {
      throw new RangeError(`Expected a bit below ${this.size}, got ${bit}`);
    }
  }
}

/** Words of 32 bits by number; those never set are 0. */
interface Words {
  get(at: number): number;
  set(at: number, word: number): void;
}

class DenseWords implements Words {
  readonly #length: number;
  #words: Int32Array | undefined;

  constructor(length: number) {
    this.#length = length;
  }

  get(at: number): number {
    return this.#words?.[at] ?? 0;
  }

  set(at: number, word: number): void {
    this.#words ??= new Int32Array(this.#length);
    this.#words[at] = word;
  }
}

class SparseWords implements Words {
  readonly #words = new Map<number, number>();

  get(at: number): number {
    return this.#words.get(at) ?? 0;
  }

  set(at: number, word: number): void {
    if (word === 0) this.#words.delete(at);
    else this.#words.set(at, word);
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
