import type { LabSpec } from '../scenario/index.ts';
import { type LabFields, labSpec } from '../scenario/index.ts';
import { down, LabDirectory, type UpOptions, up } from '../substrate/index.ts';
import { namespacesGone } from './namespaces-gone.ts';

/** Makes everything that a lab needs on this machine ready, and says where it is. */
export type Prepare = (spec: LabSpec) => Promise<UpOptions>;

/** Pools of all labs of the bench: a node holds 16,382 pods. */
export const POOLS = [{ cidrs: ['10.20.0.0/16'], nodeMask: 18 }];
/** Short: with a closed loop addresses would otherwise run out, and how long they rest is not what is measured. */
export const COOLDOWN = '1s';

/** PID_MAX_LIMIT of include/linux/threads.h. */
const LARGEST_PID = 4_194_304;

/** Labs of the bench's own, named after it and its process. All are taken down when this is disposed. */
export class BenchLabs implements AsyncDisposable {
  readonly #prepare: Prepare;
  readonly #names = new Set<string>();

  constructor(prepare: Prepare) {
    this.#prepare = prepare;
  }

  /**
   * The name of a lab for a purpose; it is taken down in the end, whoever brings it up.
   * @throws LabError bad-name when the purpose is too long for one, whatever the number of this process
   */
  name(purpose: string): string {
    // Not only from the process on whose number has a digit more.
    new LabDirectory(nameOf(purpose, LARGEST_PID));
    const name = nameOf(purpose, process.pid);
    this.#names.add(name);
    return name;
  }

  /** Brings a lab up and returns its name. */
  async up(
    purpose: string,
    fields: Pick<LabFields, 'nodes' | 'network' | 'ipam' | 'services' | 'minSyncPeriod'>,
  ): Promise<string> {
    const spec = labSpec({ ipam: { pools: POOLS, cooldown: COOLDOWN }, ...fields });
    const name = this.name(purpose);
    const options = await this.#prepare(spec);
    await up(new LabDirectory(name), spec, { ...options, progress: () => {} });
    return name;
  }

  async down(name: string): Promise<void> {
    await down(new LabDirectory(name), () => {});
    this.#names.delete(name);
    await namespacesGone();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#names) await this.down(name);
  }
}

/** Names are short, and numbers of processes are long. */
function nameOf(purpose: string, pid: number): string {
  return `bench-${purpose}-${pid.toString(36)}`;
}
