/** Events that arrive out of order, given back in the order of `at` once no older one can come. */
export class ReorderBuffer<T extends { readonly at: number }> {
  #waiting: T[] = [];
  #watermark = -Infinity;

  /** False when the event is older than what was already given back: the order is lost. */
  add(event: T): boolean {
    if (event.at < this.#watermark) return false;
    this.#waiting.push(event);
    return true;
  }

  /** All events up to `watermark` (ns), oldest first; on equal instants in the order of `tie`. */
  drain(watermark: number, tie: (event: T) => number): T[] {
    this.#watermark = Math.max(this.#watermark, watermark);
    const ready = this.#waiting.filter((event) => event.at <= watermark);
    this.#waiting = this.#waiting.filter((event) => event.at > watermark);
    return ready.sort((a, b) => a.at - b.at || tie(a) - tie(b));
  }
}
