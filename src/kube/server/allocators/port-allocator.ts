export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Why a port is refused, in kube-apiserver's words. */
export type PortRefusal = string;

/** Node ports: one number for the whole cluster, whatever the protocol. */
export class PortAllocator {
  readonly #range: PortRange;
  readonly #used = new Set<number>();
  #cursor: number;
  readonly #band: number;

  constructor(range: PortRange) {
    this.#range = range;
    const size = range.last - range.first + 1;
    // Ports that are asked for come from the beginning (KEP-3668).
    this.#band = size < 16 ? 0 : Math.min(Math.max(16, Math.trunc(size / 32)), 128);
    this.#cursor = range.first + this.#band;
  }

  /** Takes a port that was asked for; the text says why not. */
  take(port: number): PortRefusal | undefined {
    const { first, last } = this.#range;
    if (port < first || port > last) {
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    }
    if (this.#used.has(port)) return 'provided port is already allocated';
    this.#used.add(port);
    return undefined;
  }

  /** Takes any free port; undefined when the range is full. */
  next(): number | undefined {
    const { first, last } = this.#range;
    const start = first + this.#band;
    const port =
      this.#search(this.#cursor, last) ??
      this.#search(start, this.#cursor - 1) ??
      this.#search(first, start - 1);
    if (port !== undefined) this.#used.add(port);
    return port;
  }

  release(port: number): void {
    this.#used.delete(port);
  }

  #search(from: number, to: number): number | undefined {
    for (let port = from; port <= to; port++) {
      if (this.#used.has(port)) continue;
      this.#cursor = port + 1;
      return port;
    }
    return undefined;
  }
}
