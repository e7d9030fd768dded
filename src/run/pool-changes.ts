import { apiVersionOf, getIfThere, IP_POOLS, type IpPool, type KubeClient } from '../kube/index.ts';
import type { Change } from '../scenario/index.ts';

/** A change of the pools in a few words, for the run's events. */
export function changeText(change: Change): string {
  switch (change.action) {
    case 'growPool':
      return `pool ${change.pool} grows by ${change.cidrs.join(', ')}`;
    case 'addPool':
      return `pool ${change.pool} is added: ${change.cidrs.join(', ')}, /${change.nodeMask} at a time`;
    case 'removePool':
      return `pool ${change.pool} is removed`;
  }
}

/** Changes IPPools as their owner would, through the API, and puts them back as they were. */
export class PoolChanges {
  readonly #client: KubeClient;
  /** Each pool that was changed, as it was before; undefined when it was not there. */
  readonly #before = new Map<string, IpPool | undefined>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** @throws KubeError when the API refuses it */
  async apply(change: Change): Promise<void> {
    const before = await this.#get(change.pool);
    if (!this.#before.has(change.pool)) this.#before.set(change.pool, before);
    if (change.action === 'removePool') {
      await this.#client.delete(IP_POOLS, change.pool);
      return;
    }
    const family = change.cidrs[0]!.includes(':') ? 'ipv6' : 'ipv4';
    if (change.action === 'addPool') {
      await this.#create(change.pool, { [family]: { cidrs: change.cidrs, maskSize: change.nodeMask } });
      return;
    }
    const cidrs = [...(before?.spec[family]?.cidrs ?? []), ...change.cidrs];
    await this.#patch(change.pool, { [family]: { cidrs } });
  }

  /**
   * Undoes everything, for the next run on the same lab.
   * @throws KubeError when the API refuses it
   */
  async restore(): Promise<void> {
    for (const [name, before] of this.#before) {
      const now = await this.#get(name);
      if (before === undefined) {
        if (now) await this.#client.delete(IP_POOLS, name);
      } else if (now === undefined) await this.#create(name, before.spec);
      else await this.#patch(name, before.spec);
    }
    this.#before.clear();
  }

  #get(name: string): Promise<IpPool | undefined> {
    return getIfThere<IpPool>(this.#client, IP_POOLS, name);
  }

  async #create(name: string, spec: IpPool['spec']): Promise<void> {
    const apiVersion = apiVersionOf(IP_POOLS);
    await this.#client.create<IpPool>(IP_POOLS, {
      apiVersion,
      kind: IP_POOLS.kind,
      metadata: { name },
      spec,
    });
  }

  async #patch(name: string, spec: object): Promise<void> {
    await this.#client.patch(IP_POOLS, name, undefined, { type: 'merge', body: { spec } });
  }
}
