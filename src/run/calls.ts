import {
  type AddressGranted,
  type AddressInvariants,
  type AddressReleased,
  addSamples,
  type MetricName,
  type Recorder,
  type RunFolder,
} from '../measure/index.ts';
import type { CallFollower } from '../substrate/index.ts';

type Call = Parameters<CallFollower['onCall']>[0];
type Change = Parameters<NonNullable<CallFollower['onAddress']>>[0];
type Sandbox = Parameters<NonNullable<CallFollower['onRefused']>>[0];
/** An ADD that was refused, by whoever tells of it. */
type Refused = Pick<Call, 'class' | 'message' | 'node'> & { readonly at: number };
type Gone = Parameters<CallFollower['onLinkGone']>[0];
type Collected = Parameters<NonNullable<CallFollower['onCollected']>>[0];
type Refill = Parameters<CallFollower['onRefill']>[0];

const METRIC: Readonly<Record<Call['verb'], MetricName>> = {
  ADD: 'cni.add',
  DEL: 'cni.del',
  CHECK: 'cni.check',
  GC: 'cni.gc',
  STATUS: 'cni.status',
};

/** Who is told what became of a call. */
export interface CallListener {
  /** The pod that a call was for; undefined when it is none of the run's. */
  podOf(
    call: Pick<Call, 'pod' | 'containerId'>,
  ): { readonly name: string; readonly pool?: string } | undefined;
  addRefused(pod: string, refused: Refused): void;
  granted(pod: string, call: Call): void;
  released(pod: string, call: Call): void;
  /** The same of an address alone, where nobody tells of calls. */
  addressChanged(pod: string, change: Change): void;
}

/** Turns CNI calls into samples, and what they say about addresses into events for the invariants. */
export class Calls implements CallFollower {
  readonly #recorder: Recorder;
  readonly #folder: RunFolder;
  readonly #addresses: AddressInvariants;
  readonly #listener: CallListener;
  /** DELs whose link is still to go. */
  readonly #leaving = new Map<string, number>();
  /** Links that were gone before their DEL was told of. */
  readonly #left = new Map<string, number>();
  /** ADDs that were answered so far. */
  added = 0;
  /** What agents had to release without a DEL: addresses as an inventory names them. */
  readonly collected: string[] = [];

  constructor(recorder: Recorder, folder: RunFolder, addresses: AddressInvariants, listener: CallListener) {
    this.#recorder = recorder;
    this.#folder = folder;
    this.#addresses = addresses;
    this.#listener = listener;
  }

  onCall(call: Call): void {
    const { verb, node, startedNs: at, ok } = call;
    const pod = this.#listener.podOf(call);
    const sample = { ns: call.endedNs - at, at, node, ...(call.pod === undefined ? {} : { pod: call.pod }) };
    if (!ok) {
      this.#recorder.append({ ...sample, metric: METRIC[verb], ok, class: call.class ?? 'other' });
      if (verb === 'ADD' && pod) this.#listener.addRefused(pod.name, { ...call, at: call.endedNs });
      return;
    }
    if (verb === 'ADD') this.added++;
    if (verb === 'ADD' && call.parts) {
      for (const each of addSamples(sample, call.parts)) this.#recorder.append(each);
    } else {
      this.#recorder.append({ ...sample, metric: METRIC[verb], ok });
    }
    if (call.plugins.length > 1) {
      for (const { type, ns } of call.plugins) {
        this.#recorder.append({ ...sample, metric: METRIC[verb], ns, ok, labels: { plugin: type } });
      }
    }
    const { decidedNs, startedNs, ...rest } = call;
    if (verb === 'ADD') this.#granted({ ...rest, at: decidedNs }, pod?.pool);
    if (verb === 'DEL') this.#released({ ...rest, at: decidedNs }, startedNs);
    if (pod && verb === 'ADD') this.#listener.granted(pod.name, call);
    if (pod && verb === 'DEL') this.#listener.released(pod.name, call);
    if (verb === 'DEL' && call.parts) this.#linkLeaves(`${node} ${call.containerId}`, at);
  }

  onAddress(change: Change): void {
    const pod = this.#listener.podOf(change);
    if (change.kind === 'granted') this.#granted(change, pod?.pool);
    else this.#released(change, change.at);
    if (pod) this.#listener.addressChanged(pod.name, change);
  }

  onRefused(refused: Sandbox): void {
    const pod = this.#listener.podOf({ pod: refused.pod, containerId: '' });
    if (pod) this.#listener.addRefused(pod.name, refused);
  }

  onLinkGone({ node, containerId, goneNs }: Gone): void {
    const key = `${node} ${containerId}`;
    const since = this.#leaving.get(key);
    if (since === undefined) {
      this.#left.set(key, goneNs);
      return;
    }
    this.#leaving.delete(key);
    this.#recorder.append({ metric: 'cni.del.link_gone', ns: goneNs - since, at: since, ok: true, node });
  }

  onRefill({ node, pool, at, ns }: Refill): void {
    this.#recorder.append({ metric: 'ipam.refill', ns, at, ok: true, node, labels: { pool } });
  }

  onCollected({ node, ips }: Collected): void {
    this.collected.push(...ips.map((ip) => `${node} ${ip}`));
  }

  /** The agent's two reports about one DEL come in either order. */
  #linkLeaves(key: string, since: number): void {
    this.#leaving.set(key, since);
    const goneNs = this.#left.get(key);
    if (goneNs === undefined) return;
    this.#left.delete(key);
    const [node = '', containerId = ''] = key.split(' ');
    this.onLinkGone({ node, containerId, goneNs });
  }

  #granted(holding: Holding, pool: string | undefined): void {
    for (const event of eventsOf(holding)) {
      this.#observe({ kind: 'address.granted', ...event, ...(pool === undefined ? {} : { pool }) });
    }
  }

  #released(holding: Holding, asked: number): void {
    for (const event of eventsOf(holding)) this.#observe({ kind: 'address.released', asked, ...event });
  }

  #observe(event: AddressGranted | AddressReleased): void {
    this.#addresses.observe(event);
    this.#folder.event(event);
  }
}

/** Addresses of a sandbox; `at` is when it had them, or had them no more. */
type Holding = Omit<Change, 'kind'>;

function eventsOf({ pod, containerId, node, at, ips }: Holding) {
  const owner = `${pod ?? containerId} (${containerId})`;
  return ips.map((address) => ({ at, address, owner, node }));
}
