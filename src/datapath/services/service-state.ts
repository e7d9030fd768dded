import { DatapathError } from '../errors.ts';
import { arrange, type Placed } from './arrange.ts';
import { type Changes, difference, frontendName, noChanges } from './difference.ts';
import { IdPool } from './id-pool.ts';
import type { MaglevSize } from './maglev.ts';
import type { ServiceMaps } from './maps/map-set.ts';
import type { ServiceMapSizes } from './pinned.ts';
import type { ServicePortSpec } from './spec.ts';
import { byFrontend, type FoundService, placedFrom, readServices } from './takeover.ts';
import { Writer } from './writer.ts';

type Step = readonly [from: Placed | undefined, to: Placed | undefined];
/** What a service port is to become: gone without a specification. */
interface Work {
  readonly from: Placed | undefined;
  readonly spec?: ServicePortSpec;
}

interface Referred {
  readonly services: ReadonlySet<number>;
  readonly backends: ReadonlySet<number>;
}

/** What the maps of one node hold, and how it is changed. */
export class ServiceState {
  readonly #writer: Writer;
  readonly #node: string;
  readonly #ids = { services: new IdPool(), backends: new IdPool() };
  readonly #placed = new Map<string, Placed>();
  readonly #keys = new Map<number, string>();
  /** Which service port has a frontend; two may claim it for the moment in which one takes it over from the other. */
  readonly #owners = new Map<string, string>();
  /** What an earlier agent left, until it is known whose it is. */
  #found: FoundService[];
  readonly #unclaimed: Map<string, FoundService>;
  readonly #counts = { frontends: 0, slots: 0, backends: 0 };

  /** @param referred numbers that flows refer to, to be left alone */
  constructor(
    maps: ServiceMaps,
    sizes: ServiceMapSizes,
    maglevSize: MaglevSize,
    node: string,
    referred: Referred,
  ) {
    this.#writer = new Writer(maps, sizes, maglevSize);
    this.#node = node;
    this.#found = readServices(maps);
    this.#unclaimed = byFrontend(this.#found);
    for (const { service, backends } of this.#found) {
      this.#ids.services.adopt(service);
      for (const [id] of backends) this.#ids.backends.adopt(id);
    }
    for (const id of referred.services) this.#ids.services.rest(id);
    for (const id of referred.backends) this.#ids.backends.rest(id);
  }

  get counts(): Readonly<Record<'frontends' | 'slots' | 'backends', number>> {
    return this.#counts;
  }

  keys(): IterableIterator<string> {
    return this.#placed.keys();
  }

  keyOf(service: number): string | undefined {
    return this.#keys.get(service);
  }

  set(spec: ServicePortSpec): void {
    const from = this.#current(spec);
    this.#carryOut([[from, arrange(from, spec, this.#node, this.#ids)]], `set service ${spec.key}`);
  }

  delete(key: string): boolean {
    const from = this.#placed.get(key);
    if (!from) return false;
    this.#carryOut([[from, undefined]], `delete service ${key}`);
    return true;
  }

  load(specs: Iterable<ServicePortSpec>): void {
    const work: Work[] = Array.from(specs, (spec) => ({ from: this.#current(spec), spec }));
    const names = new Set(work.map(({ spec }) => spec!.key));
    for (const found of this.#found)
      if (!this.#keys.has(found.service)) this.#adopt(found, `left over: ${found.service}`);
    for (const [key, from] of this.#placed) if (!names.has(key)) work.push({ from });
    this.#found = [];
    this.#unclaimed.clear();
    const stepOf = ({ from, spec }: Work): Step => [from, spec && arrange(from, spec, this.#node, this.#ids)];
    try {
      this.#carryOut(work.map(stepOf), 'load services');
    } catch (error) {
      if (!(error instanceof DatapathError)) throw error;
      // One by one: what fits shall be there.
      this.#eachByItself(work, stepOf);
    }
  }

  /** Numbers that are nobody's, but not free yet. */
  resting(): Referred {
    return {
      services: new Set(this.#ids.services.resting),
      backends: new Set(this.#ids.backends.resting),
    };
  }

  /** Ends the rest of those candidates that are not referred to. */
  release(candidates: Referred, referred: Referred): void {
    for (const kind of ['services', 'backends'] as const) {
      const late = [...this.#ids[kind].resting].filter((id) => !candidates[kind].has(id));
      this.#ids[kind].release(new Set([...referred[kind], ...late]));
    }
  }

  /** The state that a service port has in the kernel: ours, or what an earlier agent left under its frontends. */
  #current(spec: ServicePortSpec): Placed | undefined {
    const placed = this.#placed.get(spec.key);
    if (placed || this.#unclaimed.size === 0) return placed;
    for (const { address, port } of spec.frontends) {
      const { family, protocol } = spec;
      const found = this.#unclaimed.get(frontendName({ family, protocol, address, port }));
      if (found) return this.#adopt(found, spec.key);
    }
    return undefined;
  }

  /** From now on what an earlier agent left is a service port of ours. */
  #adopt(found: FoundService, key: string): Placed {
    for (const [frontend] of found.frontends) this.#unclaimed.delete(frontendName(frontend));
    const placed = placedFrom(found, key);
    this.#settle(undefined, placed);
    return placed;
  }

  /** Throws the first error after all are tried. */
  #eachByItself(work: readonly Work[], stepOf: (work: Work) => Step): void {
    let first: unknown;
    for (const each of work) {
      try {
        this.#carryOut([stepOf(each)], `set service ${each.spec?.key ?? each.from!.key}`);
      } catch (error) {
        first ??= error;
      }
    }
    if (first !== undefined) throw first;
  }

  #carryOut(steps: readonly Step[], what: string): void {
    const changes = noChanges();
    for (const [from, to] of steps) difference(from, to, changes);
    this.#keepOthersFrontends(changes, steps);
    try {
      this.#writer.write(changes);
    } catch (error) {
      this.#undo(steps);
      if (!(error instanceof DatapathError)) throw error;
      throw new DatapathError(error.code, `${what}: ${error.message}`, { cause: error.cause });
    }
    for (const [from, to] of steps) this.#settle(from, to);
  }

  /** A frontend that another service port has taken over meanwhile is not this one's to remove. */
  #keepOthersFrontends(changes: Changes, steps: readonly Step[]): void {
    if (changes.deleteFrontends.length === 0) return;
    const put = new Set(changes.putFrontends.map(([key]) => frontendName(key)));
    const here = new Set(steps.map(([from, to]) => (from ?? to)!.key));
    const kept = changes.deleteFrontends.filter((key) => {
      const owner = this.#owners.get(frontendName(key));
      return !put.has(frontendName(key)) && (owner === undefined || here.has(owner));
    });
    changes.deleteFrontends.splice(0, Infinity, ...kept);
  }

  /** Back to what was there before a change that did not fit. Nothing is added to a map by that, so it fits. */
  #undo(steps: readonly Step[]): void {
    const changes = noChanges();
    for (const [from, to] of steps) {
      difference(to, from, changes);
      const known = new Set(from?.backends.map(({ id }) => id));
      for (const { id } of to?.backends ?? []) if (!known.has(id)) this.#ids.backends.free(id);
      if (to && !from) this.#ids.services.free(to.service);
    }
    this.#writer.write(changes);
  }

  #settle(from: Placed | undefined, to: Placed | undefined): void {
    const staying = new Set(to?.backends.map(({ id }) => id));
    for (const { id } of from?.backends ?? []) if (!staying.has(id)) this.#ids.backends.free(id);
    if (from && !to) {
      this.#ids.services.free(from.service);
      this.#placed.delete(from.key);
      this.#keys.delete(from.service);
    }
    for (const name of namesOf(from)) if (this.#owners.get(name) === from!.key) this.#owners.delete(name);
    if (to) {
      this.#placed.set(to.key, to);
      this.#keys.set(to.service, to.key);
      for (const name of namesOf(to)) this.#owners.set(name, to.key);
    }
    if (from) this.#count(from, -1);
    if (to) this.#count(to, 1);
  }

  #count(placed: Placed, sign: 1 | -1): void {
    this.#counts.frontends += sign * placed.frontends.length;
    this.#counts.slots += sign * (placed.slots[0].length + placed.slots[1].length);
    this.#counts.backends += sign * placed.backends.length;
  }
}

function namesOf(placed: Placed | undefined): string[] {
  if (!placed) return [];
  const { family, protocol, frontends } = placed;
  return frontends.map(({ address, port }) => frontendName({ family, protocol, address, port }));
}
