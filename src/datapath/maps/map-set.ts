import type { Cidr, Ip } from '../../ip/index.ts';
import { BpfMap, PerCpuArray, U32, U64 } from '../../kernel/bpf/index.ts';
import { CONFIG_VALUE, type ConfigEntry } from './config.ts';
import { ENDPOINT_KEY, ENDPOINT_VALUE, type EndpointEntry } from './endpoint.ts';
import { FLOW_KEY, type Flow } from './flow.ts';
import { COUNTER, type Counter } from './metric.ts';
import { REMOTE_KEY, REMOTE_VALUE } from './remote.ts';

/** The maps of one node, typed. */
export interface MapSet extends Disposable {
  readonly endpoints: BpfMap<Ip, EndpointEntry>;
  readonly remotes: BpfMap<Cidr, Ip>;
  readonly config: BpfMap<number, ConfigEntry>;
  readonly metrics: PerCpuArray<Counter>;
  readonly stackFlows: BpfMap<Flow, bigint>;
}

/**
 * Opens the maps by their pins; undefined unless all are there.
 * @param pathOf path of the pin of a map. Throws KernelError, MapShapeError.
 */
export function openMaps(pathOf: (name: string) => string): MapSet | undefined {
  using stack = new DisposableStack();
  const own = <T extends Disposable>(map: T | undefined): T | undefined => stack.use(map);
  const endpoints = own(BpfMap.pinned(pathOf('endpoints'), ENDPOINT_KEY, ENDPOINT_VALUE));
  const remotes = own(BpfMap.pinned(pathOf('remotes'), REMOTE_KEY, REMOTE_VALUE));
  const config = own(BpfMap.pinned(pathOf('config'), U32, CONFIG_VALUE));
  const metrics = own(PerCpuArray.pinned(pathOf('metrics'), COUNTER));
  const stackFlows = own(BpfMap.pinned(pathOf('stack_flows'), FLOW_KEY, U64));
  if (!endpoints || !remotes || !config || !metrics || !stackFlows) return undefined;
  const owned = stack.move();
  return { endpoints, remotes, config, metrics, stackFlows, [Symbol.dispose]: () => owned.dispose() };
}
