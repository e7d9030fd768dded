import {
  addAddress,
  addRoute,
  createVeth,
  Netns,
  RtSocket,
  setLink,
  warmThreadPool,
} from '../kernel/index.ts';
import { monotonicNs } from '../measure/index.ts';
import type { Subject } from './subject.ts';

/** Index of the pod's end: the first link after lo. */
const POD_INDEX = 2;
/** Host-side ends are numbered from here on, above what the kernel gives out by itself. */
const FIRST_INDEX = 1 << 16;
const GATEWAY = Uint8Array.of(169, 254, 1, 1);
const MTU = 1500;

/**
 * The kernel work that no plugin can do without, in namespaces of this process's own: a veth whose peer is made in
 * the pod's namespace (which exists, as for a plugin), both ends up, one IPv4 address, the route to the gateway and
 * the one through it. No program is started, nothing is allocated, nothing is written.
 */
export class FloorSubject implements Subject, Disposable {
  readonly name = 'kernel';
  readonly #node = Netns.create();
  readonly #socket = RtSocket.open(this.#node);
  readonly #pods: Netns[] = [];
  #made = 0;

  static async open(): Promise<FloorSubject> {
    await warmThreadPool();
    return new FloorSubject();
  }

  get live(): number {
    return this.#pods.length;
  }

  takeParts(): [] {
    return [];
  }

  async add(count: number): Promise<number[]> {
    return Array.from({ length: count }, () => this.#add());
  }

  /** Namespaces go with all that is in them, in the background: there is nothing to clock. */
  async remove(count: number): Promise<number[]> {
    for (const pod of this.#pods.splice(-count)) pod[Symbol.dispose]();
    return [];
  }

  async fill(live: number): Promise<void> {
    while (this.live < live) this.#add();
  }

  #add(): number {
    const pod = Netns.create();
    this.#pods.push(pod);
    const number = ++this.#made;
    const index = FIRST_INDEX + number;
    const address = Uint8Array.of(10, (number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff);
    const startedNs = monotonicNs();
    const peer = { name: 'eth0', index: POD_INDEX, mtu: MTU, queues: 1, netnsFd: pod.fd };
    this.#socket.request(
      createVeth({ name: `floor${number}`, index, mtu: MTU, queues: 1 }, peer),
      setLink(index, { up: true }),
    );
    using inPod = RtSocket.open(pod);
    inPod.request(
      setLink(POD_INDEX, { up: true }),
      addAddress({ index: POD_INDEX, address, prefixLength: 32 }),
      addRoute({ family: 4, index: POD_INDEX, destination: { address: GATEWAY, prefixLength: 32 } }),
      addRoute({ family: 4, index: POD_INDEX, gateway: GATEWAY }),
    );
    return monotonicNs() - startedNs;
  }

  [Symbol.dispose](): void {
    for (const pod of this.#pods.splice(0)) pod[Symbol.dispose]();
    this.#socket[Symbol.dispose]();
    this.#node[Symbol.dispose]();
  }
}
