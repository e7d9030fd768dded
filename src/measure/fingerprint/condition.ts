import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { Fingerprint } from '../folder/document.ts';
import { LoopMonitor } from './loop-monitor.ts';
import { probeNoise } from './noise-probe.ts';

export type Condition = Fingerprint['condition'];

/** The state of the machine round a run: started before its first arrival, ended after its last. */
export class ConditionProbe {
  readonly #before: {
    readonly cpu: CpuTime;
    readonly load: number;
    readonly noise: Condition['noiseBefore'];
  };
  readonly #loop = new LoopMonitor();

  private constructor(cpu: CpuTime) {
    this.#before = { cpu, load: os.loadavg()[0]!, noise: probeNoise() };
    this.#loop.start();
  }

  /** Blocks for 200 ms (the noise probe), then watches the event loop of this process. */
  static async start(): Promise<ConditionProbe> {
    return new ConditionProbe(await cpuTime());
  }

  /** Stops watching and blocks for another 200 ms. */
  async end(): Promise<Condition> {
    const loopLag = this.#loop.stop();
    const after = await cpuTime();
    const total = after.total - this.#before.cpu.total;
    return {
      stealShare: total > 0 ? (after.steal - this.#before.cpu.steal) / total : 0,
      loadBefore: this.#before.load,
      loadAfter: os.loadavg()[0]!,
      noiseBefore: this.#before.noise,
      noiseAfter: probeNoise(),
      loopLag,
    };
  }
}

interface CpuTime {
  readonly steal: number;
  readonly total: number;
}

async function cpuTime(): Promise<CpuTime> {
  return parseCpuTime(await readFile('/proc/stat', 'utf8'));
}

/**
 * The `cpu` line of /proc/stat, in ticks (proc_stat(5)): user nice system idle iowait irq softirq steal; the
 * guest fields after them are already part of user and nice.
 */
export function parseCpuTime(stat: string): CpuTime {
  const fields = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? '').split(' ').slice(0, 8).map(Number);
  return { steal: fields[7] ?? 0, total: fields.reduce((sum, ticks) => sum + ticks, 0) };
}
