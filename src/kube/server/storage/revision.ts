/** The one counter behind every resourceVersion. Starts at 1, so that `0` keeps its meaning of "any". */
export class Revision {
  #current = 1;

  get current(): number {
    return this.#current;
  }

  next(): number {
    return ++this.#current;
  }
}
