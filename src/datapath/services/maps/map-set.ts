import { BpfMap, PerCpuArray, U32 } from '../../../kernel/bpf/index.ts';
import { COUNTER, type Counter } from '../../maps/metric.ts';
import { BACKEND_VALUE, type BackendEntry, SLOT_KEY, type SlotKey } from './backend.ts';
import {
  AFFINITY_KEY_FIELDS,
  AFFINITY_VALUE,
  CONNTRACK_VALUE,
  FLOW_SIZE,
  opaque,
  REVERSE_NAT_VALUE,
  REVERSE_SOCKET,
  SERVICE_CONFIG,
  type ServiceConfigEntry,
} from './flow-state.ts';
import { FRONTEND_KEY, FRONTEND_VALUE, type FrontendEntry, type FrontendKey } from './frontend.ts';
import { MAGLEV_KEY, type MaglevKey } from './maglev.ts';

type Opaque = BpfMap<Buffer, Buffer>;

/** The maps of one node's Services, typed. */
export interface ServiceMaps extends Disposable {
  readonly frontends: BpfMap<FrontendKey, FrontendEntry>;
  readonly slots: BpfMap<SlotKey, number>;
  readonly backends: BpfMap<number, BackendEntry>;
  /** Written with a descriptor of a table, read as the table's id. */
  readonly maglev: BpfMap<MaglevKey, number>;
  readonly affinity: Opaque;
  readonly conntrack: Opaque;
  readonly reverseNat: Opaque;
  readonly reverseSockets: Opaque;
  readonly config: BpfMap<number, ServiceConfigEntry>;
  readonly metrics: PerCpuArray<Counter>;
}

/**
 * Opens the maps by their pins; undefined unless all are there.
 * @param pathOf path of the pin of a map. Throws KernelError, MapShapeError.
 */
export function openServiceMaps(pathOf: (name: string) => string): ServiceMaps | undefined {
  using stack = new DisposableStack();
  const own = <T extends Disposable>(map: T | undefined): T | undefined => stack.use(map);
  const raw = (name: string, key: number, value: number) =>
    own(BpfMap.pinned(pathOf(name), opaque(key), opaque(value)));
  const frontends = own(BpfMap.pinned(pathOf('frontends'), FRONTEND_KEY, FRONTEND_VALUE));
  const slots = own(BpfMap.pinned(pathOf('slots'), SLOT_KEY, U32));
  const backends = own(BpfMap.pinned(pathOf('backends'), U32, BACKEND_VALUE));
  const maglev = own(BpfMap.pinned(pathOf('maglev'), MAGLEV_KEY, U32));
  const affinity = raw('affinity', AFFINITY_KEY_FIELDS.size, AFFINITY_VALUE.size);
  const conntrack = raw('conntrack', FLOW_SIZE, CONNTRACK_VALUE.size);
  const reverseNat = raw('reverse_nat', FLOW_SIZE, REVERSE_NAT_VALUE.size);
  const reverseSockets = raw('reverse_sockets', REVERSE_SOCKET.keySize, REVERSE_SOCKET.valueSize);
  const config = own(BpfMap.pinned(pathOf('service_config'), U32, SERVICE_CONFIG));
  const metrics = own(PerCpuArray.pinned(pathOf('service_metrics'), COUNTER));
  if (!frontends || !slots || !backends || !maglev || !affinity) return undefined;
  if (!conntrack || !reverseNat || !reverseSockets || !config || !metrics) return undefined;
  const owned = stack.move();
  return {
    frontends,
    slots,
    backends,
    maglev,
    affinity,
    conntrack,
    reverseNat,
    reverseSockets,
    config,
    metrics,
    [Symbol.dispose]: () => owned.dispose(),
  };
}
