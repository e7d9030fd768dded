import { type InvariantResult, monotonicNs, Tally } from '../measure/index.ts';
import type { Fence } from '../substrate/index.ts';

/** No packet of a lab leaves the machine: what its fence dropped while a run went on. */
export class FenceWatch {
  readonly #fence: Fence | undefined;
  readonly #before: number;

  private constructor(fence: Fence | undefined, before: number) {
    this.#fence = fence;
    this.#before = before;
  }

  /** @param fence undefined where a lab has no way out */
  static async begin(fence: Fence | undefined): Promise<FenceWatch> {
    return new FenceWatch(fence, (await fence?.dropped()) ?? 0);
  }

  async results(): Promise<InvariantResult[]> {
    if (this.#fence === undefined) return [];
    const tally = new Tally('fence', 'no packet of the lab would have left the machine');
    const dropped = (await this.#fence.dropped()) - this.#before;
    tally.held();
    for (let i = 0; i < dropped; i++) {
      tally.broken(monotonicNs(), 0, () => `the fence dropped ${dropped} packets`);
    }
    return [tally.result()];
  }
}
