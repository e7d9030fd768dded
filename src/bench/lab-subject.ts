import type { Lab, SandboxDriver } from '../substrate/index.ts';
import { BenchError } from './bench-error.ts';
import { CallClock } from './call-clock.ts';
import type { AddParts, Subject, SubjectName } from './subject.ts';

/** Sandboxes that are made side by side to fill a node. */
const FILL_AT_ONCE = 8;

/** A network of a one-node lab, driven without the API and clocked as `cni.add` and `cni.del`. */
export class LabSubject implements Subject {
  readonly name: Exclude<SubjectName, 'kernel'>;
  readonly #lab: Lab & SandboxDriver;
  readonly #clock: CallClock;
  readonly #ids: string[] = [];
  #made = 0;

  private constructor(name: Exclude<SubjectName, 'kernel'>, lab: Lab & SandboxDriver, clock: CallClock) {
    this.name = name;
    this.#lab = lab;
    this.#clock = clock;
  }

  /** @param lab up, with one node, its network that of the subject */
  static async open(lab: Lab & SandboxDriver): Promise<LabSubject> {
    const name = lab.spec.network as Exclude<SubjectName, 'kernel'>;
    const clock = new CallClock(name === 'churnlab' ? 'churnlab-cni' : name);
    await lab.followCalls(clock);
    return new LabSubject(name, lab, clock);
  }

  get live(): number {
    return this.#ids.length;
  }

  takeParts(): AddParts[] {
    return this.#clock.takeParts();
  }

  async add(count: number): Promise<number[]> {
    const clocked: Promise<number>[] = [];
    for (let i = 0; i < count; i++) {
      const id = this.#nextId();
      clocked.push(this.#clock.expect('ADD', id));
      await this.#add(id);
    }
    return this.#clock.all(clocked);
  }

  async remove(count: number): Promise<number[]> {
    const clocked: Promise<number>[] = [];
    for (const id of this.#ids.splice(-count).reverse()) {
      clocked.push(this.#clock.expect('DEL', id));
      const { ok, message } = await this.#lab.removeSandbox(this.#lab.nodes[0]!, id);
      if (!ok) throw new BenchError('call-failed', `DEL with ${this.name}: ${message}`);
    }
    return this.#clock.all(clocked);
  }

  async fill(live: number, signal: AbortSignal): Promise<void> {
    let left = live - this.live;
    const work = async (): Promise<void> => {
      while (left-- > 0 && !signal.aborted) await this.#add(this.#nextId());
    };
    await Promise.all(Array.from({ length: FILL_AT_ONCE }, work));
  }

  #nextId(): string {
    return `bench-${++this.#made}`;
  }

  async #add(id: string): Promise<void> {
    const { ok, message } = await this.#lab.addSandbox(this.#lab.nodes[0]!, id);
    if (!ok) {
      throw new BenchError('call-failed', `ADD with ${this.name} and ${this.live} pods live: ${message}`);
    }
    this.#ids.push(id);
  }
}
