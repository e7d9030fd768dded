import { setTimeout as sleep } from 'node:timers/promises';
import type { CallFollower } from '../substrate/index.ts';
import { BenchError } from './bench-error.ts';
import type { AddParts } from './subject.ts';

type Call = Parameters<CallFollower['onCall']>[0];

/** Reports of calls come over sockets of their own, this much later at most. */
const PATIENCE_MS = 5000;

/**
 * Picks the calls of the bench out of all that a lab reports. What is clocked is the network's own plugin, from its
 * exec to its answer parsed: reference networks have a portmap behind it, which is left out.
 */
export class CallClock implements CallFollower {
  readonly #plugin: string;
  readonly #waiting = new Map<string, (ns: number) => void>();
  readonly #parts: AddParts[] = [];

  /** @param plugin type of the plugin that is clocked */
  constructor(plugin: string) {
    this.#plugin = plugin;
  }

  /** The duration in ns of a call that is about to be made. */
  expect(verb: 'ADD' | 'DEL', id: string): Promise<number> {
    return new Promise((resolve) => this.#waiting.set(`${verb} ${id}`, resolve));
  }

  /**
   * Waits for the reports of calls that have been answered.
   * @throws BenchError call-failed
   */
  async all(expected: readonly Promise<number>[]): Promise<number[]> {
    const patience = new AbortController();
    const late = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
      const [first] = this.#waiting.keys();
      throw new BenchError(
        'call-failed',
        `Expected a report of ${first}, got none within ${PATIENCE_MS / 1000} s`,
      );
    });
    try {
      return await Promise.race([Promise.all(expected), late]);
    } finally {
      patience.abort();
      late.catch(() => {});
    }
  }

  onCall(call: Call): void {
    const key = `${call.verb} ${call.containerId}`;
    const resolve = this.#waiting.get(key);
    const plugin = call.plugins.find(({ type }) => type === this.#plugin);
    if (!resolve || !plugin) return;
    this.#waiting.delete(key);
    if (call.verb === 'ADD' && call.parts) {
      const known = Object.values(call.parts).reduce((sum, ns) => sum + ns, 0);
      this.#parts.push({ ...call.parts, other: plugin.ns - known });
    }
    resolve(plugin.ns);
  }

  /** Parts of the ADDs picked so far, once. */
  takeParts(): AddParts[] {
    return this.#parts.splice(0);
  }

  onLinkGone(): void {}

  onRefill(): void {}
}
