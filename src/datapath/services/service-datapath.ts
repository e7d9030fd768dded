import fs from 'node:fs';
import { Ip } from '../../ip/index.ts';
import { attachToCgroup, type CgroupHook } from '../../kernel/bpf/index.ts';
import { type Netns, RtSocket, setXdp, type XdpMode } from '../../kernel/index.ts';
import type { Datapath } from '../datapath.ts';
import { DatapathError } from '../errors.ts';
import type { Counter } from '../maps/metric.ts';
import { attachFilter, attachPodFilter } from '../node/filters.ts';
import type { Pins } from '../pins.ts';
import { MAGLEV_SIZES, type MaglevSize } from './maglev.ts';
import type { ServiceMaps } from './maps/map-set.ts';
import { readServiceMetrics, type ServiceMetric } from './maps/metric.ts';
import {
  DEFAULT_SERVICE_SIZES,
  openServicePins,
  type ServiceMapSizes,
  type ServiceProgram,
  SOCKET_PROGRAMS,
} from './pinned.ts';
import { ServiceState } from './service-state.ts';
import type { ServicePortSpec } from './spec.ts';
import { type Swept, sweep } from './sweep.ts';
import { type ServiceView, viewServices } from './view.ts';

/**
 * What a pod that calls itself through a Service sees as its client: nobody has these addresses (RFC 3927; RFC 6666,
 * the discard-only prefix).
 */
const LOOPBACK = [Ip.parse('169.254.42.1'), Ip.parse('100::1')];
/** Above the kernel's own ephemeral ports (32768 to 60999), so that no socket of the node has one of them. */
const SNAT_PORTS = [61_000, 65_535] as const;
/** The default of kube-apiserver's --service-node-port-range. */
const NODE_PORTS = [30_000, 32_767] as const;

export interface ServiceDatapathOptions {
  /** The node's datapath, which must live as long as this. */
  readonly datapath: Datapath;
  /** Namespace of the node; the calling thread's when undefined. */
  readonly netns?: Netns;
  /** Name of the node: endpoints with this name are local. */
  readonly node: string;
  /** The node's addresses. */
  readonly nodeAddresses: readonly Ip[];
  /** Directory of the datapath's pins. */
  readonly bpffsDirectory: string;
  /** The compiled bpf/services.bpf.c. */
  readonly objectPath: string;
  /**
   * Directory of the node's own cgroup (v2): sockets of processes in it are translated when they connect. Without one
   * all Services are translated per packet.
   */
  readonly cgroup?: string;
  /** Range of node ports, both ends included. */
  readonly nodePorts?: readonly [first: number, last: number];
  /** Turn node-port traffic for other nodes round on the uplink by XDP; default no. */
  readonly xdp?: XdpMode;
  readonly maglevSize?: MaglevSize;
  readonly sizes?: Partial<ServiceMapSizes>;
}

/** Entries of a map and the room that it has. */
export interface MapUse {
  readonly used: number;
  readonly size: number;
}

/**
 * Services of one node, in the kernel. What is set up stays when this is disposed of; a new one takes it over and
 * changes no more than what differs.
 */
export class ServiceDatapath implements Disposable {
  /** Whether the programs of an earlier agent were still the right ones. */
  readonly origin: 'reused' | 'loaded';
  readonly #sizes: ServiceMapSizes;
  readonly #pins: Pins<ServiceMaps, ServiceProgram>;
  readonly #state: ServiceState;
  #swept: Pick<Swept, 'flows' | 'answers'> = { flows: 0, answers: 0 };

  private constructor(
    options: ServiceDatapathOptions,
    sizes: ServiceMapSizes,
    maglevSize: MaglevSize,
    pins: Pins<ServiceMaps, ServiceProgram>,
  ) {
    this.#sizes = sizes;
    this.#pins = pins;
    this.origin = pins.origin;
    const { services, backends } = sweep(pins.maps, process.hrtime.bigint());
    this.#state = new ServiceState(pins.maps, sizes, maglevSize, options.node, { services, backends });
  }

  /**
   * Loads the programs, or takes over those that are there, and attaches them in the place of earlier ones without a
   * packet in between. Throws KernelError, ObjectLoadError, MapFullError, UnsupportedFeature.
   */
  static open(options: ServiceDatapathOptions): ServiceDatapath {
    const { datapath, nodeAddresses, nodePorts = NODE_PORTS, maglevSize = 4093 } = options;
    if (!MAGLEV_SIZES.includes(maglevSize)) {
      throw new DatapathError(
        'maglev-size',
        `Expected a Maglev table of ${MAGLEV_SIZES.join(', ')} entries, got ${maglevSize}`,
      );
    }
    const sizes = { ...DEFAULT_SERVICE_SIZES, ...options.sizes };
    using stack = new DisposableStack();
    const object = fs.readFileSync(options.objectPath);
    const pins = stack.use(openServicePins(options.bpffsDirectory, object, sizes, datapath.maps));
    pins.maps.config.update(0, {
      node: nodeAddresses,
      loopback: LOOPBACK,
      maglevSize,
      nodePorts,
      snatPorts: SNAT_PORTS,
      uplinkMac: datapath.links.uplink.mac ?? Buffer.alloc(6),
    });
    const services = new ServiceDatapath(options, sizes, maglevSize, pins);
    services.#attach(options);
    stack.move();
    return services;
  }

  /**
   * All service ports at once: what else the maps hold is forgotten. The first call takes over what an earlier agent
   * left. Throws DatapathError `map-full` after everything that fits is written.
   */
  load(specs: Iterable<ServicePortSpec>): void {
    this.#state.load(specs);
  }

  /** Sets one service port. Throws DatapathError `map-full`, with nothing changed. */
  set(spec: ServicePortSpec): void {
    this.#state.set(spec);
  }

  /** Forgets a service port. Established connections stay. Returns whether it was known. */
  delete(key: string): boolean {
    return this.#state.delete(key);
  }

  /** Keys of all service ports that are set. */
  keys(): IterableIterator<string> {
    return this.#state.keys();
  }

  /** All services as the kernel has them. */
  view(): ServiceView[] {
    return viewServices(this.#pins.maps, (service) => this.#state.keyOf(service));
  }

  /** Counters since the programs were first loaded. */
  metrics(): Record<ServiceMetric, Counter> {
    return readServiceMetrics(this.#pins.maps.metrics);
  }

  /** How full the maps are; those that the programs fill, as of the last {@link sweep}. */
  usage(): Record<'frontends' | 'slots' | 'backends' | 'conntrack' | 'reverseNat', MapUse> {
    const { frontends, slots, backends } = this.#state.counts;
    const of = (used: number, map: keyof ServiceMapSizes): MapUse => ({ used, size: this.#sizes[map] });
    return {
      frontends: of(frontends, 'frontends'),
      slots: of(slots, 'slots'),
      backends: of(backends, 'backends'),
      conntrack: of(this.#swept.flows, 'conntrack'),
      reverseNat: of(this.#swept.answers, 'reverseNat'),
    };
  }

  /** Forgets flows that have ended; numbers that none refers to any more may be given out again. */
  sweep(): Swept {
    // Numbers that are freed while the maps are looked over wait for the next time.
    const candidates = this.#state.resting();
    const swept = sweep(this.#pins.maps, process.hrtime.bigint());
    this.#swept = swept;
    this.#state.release(candidates, swept);
    return swept;
  }

  [Symbol.dispose](): void {
    this.#pins[Symbol.dispose]();
  }

  #attach({ datapath, netns, cgroup, xdp }: ServiceDatapathOptions): void {
    const { programs } = this.#pins;
    const { uplink, pods, overlay } = datapath.links;
    using socket = RtSocket.open(netns);
    const attach = (index: number, direction: 'ingress' | 'egress', name: ServiceProgram): void =>
      attachFilter(socket, 'services', { ifindex: index, direction }, name, programs[name]);
    attach(pods.index, 'egress', 'cl_service_from_stack');
    attach(uplink.index, 'egress', 'cl_service_from_stack');
    attach(uplink.index, 'ingress', 'cl_service_from_network');
    if (overlay) attach(overlay.index, 'ingress', 'cl_service_from_overlay');
    attachPodFilter(socket, 'services', 'cl_service_from_pod', programs.cl_service_from_pod);
    if (xdp) socket.request(setXdp(uplink.index, programs.cl_service_xdp.fd, xdp));
    if (cgroup === undefined) return;
    const hooks = Object.entries(SOCKET_PROGRAMS) as [CgroupHook, ServiceProgram][];
    attachToCgroup(
      cgroup,
      hooks.map(([hook, name]) => [hook, programs[name]] as const),
    );
  }
}
