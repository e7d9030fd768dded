/** Forgets flows that have ended, and finds out which numbers the rest still refer to. */
import type { BpfMap } from '../../kernel/bpf/index.ts';
import {
  AFFINITY_KEY_FIELDS,
  AFFINITY_VALUE,
  CONNTRACK_CLOSING,
  CONNTRACK_VALUE,
  FLOW_PROTOCOL,
  FLOW_SIZE,
  IDLE_SECONDS,
  REVERSE_NAT_VALUE,
} from './maps/flow-state.ts';
import { protocolOf } from './maps/frontend.ts';
import type { ServiceMaps } from './maps/map-set.ts';

export interface Swept {
  /** Flows that are left. */
  readonly flows: number;
  /** Answers to them that are known. */
  readonly answers: number;
  readonly forgotten: number;
  /** Numbers that flows and clients refer to. */
  readonly services: ReadonlySet<number>;
  readonly backends: ReadonlySet<number>;
}

/** @param nowNs bpf_ktime_get_ns(): CLOCK_MONOTONIC, in ns */
export function sweep(maps: ServiceMaps, nowNs: bigint): Swept {
  const services = new Set<number>();
  const backends = new Set<number>();
  const flows = forgetIdle(maps.conntrack, CONNTRACK_VALUE, nowNs, (value) => {
    services.add(value.readUInt32LE(CONNTRACK_VALUE.service));
    backends.add(value.readUInt32LE(CONNTRACK_VALUE.backend));
  });
  const answers = forgetIdle(maps.reverseNat, REVERSE_NAT_VALUE, nowNs, () => {});
  const { keys, values, count } = maps.affinity.raw();
  for (let i = 0; i < count; i++) {
    services.add(keys.readUInt32LE(i * AFFINITY_KEY_FIELDS.size + AFFINITY_KEY_FIELDS.service));
    backends.add(values.readUInt32LE(i * AFFINITY_VALUE.size + AFFINITY_VALUE.backend));
  }
  return {
    flows: flows.left,
    answers: answers.left,
    forgotten: flows.gone + answers.gone,
    services,
    backends,
  };
}

function forgetIdle(
  map: BpfMap<Buffer, Buffer>,
  layout: { readonly size: number; readonly flags: number; readonly seen: number },
  nowNs: bigint,
  visit: (value: Buffer) => void,
): { left: number; gone: number } {
  const { keys, values, count } = map.raw();
  const dead: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const value = values.subarray(i * layout.size, (i + 1) * layout.size);
    const protocol = protocolOf(keys[i * FLOW_SIZE + FLOW_PROTOCOL]!);
    const closing = (value.readUInt32LE(layout.flags) & CONNTRACK_CLOSING) !== 0;
    const limit = protocol === 'UDP' ? IDLE_SECONDS.udp : closing ? IDLE_SECONDS.closing : IDLE_SECONDS.tcp;
    if (Number(nowNs - value.readBigUInt64LE(layout.seen)) > limit * 1e9) {
      dead.push(keys.subarray(i * FLOW_SIZE, (i + 1) * FLOW_SIZE));
    } else {
      visit(value);
    }
  }
  map.deleteAll(dead);
  return { left: count - dead.length, gone: dead.length };
}
