/**
 * BPF programs on links by traffic control: include/uapi/linux/pkt_sched.h, pkt_cls.h, tc-bpf(8).
 *
 * Why not tcx: attaching a program there waits for an RCU grace period while it holds the lock that all changes
 * of links need, and so does deleting the link (kernel/bpf/tcx.c, tcx_entry_sync): 13 ms each on a kernel with
 * HZ=250. A classifier on the clsact qdisc takes 0.06 ms, and nothing more when the link goes.
 */
import {
  attributes,
  type Message,
  NLM_F_CREATE,
  NLM_F_EXCL,
  nested,
  type Request,
  text,
  textOf,
  u32,
} from './message.ts';

const RTM_NEWQDISC = 36;
const RTM_DELQDISC = 37;
const RTM_NEWTFILTER = 44;
const RTM_DELTFILTER = 45;
const RTM_GETTFILTER = 46;
const TCA_KIND = 1;
const TCA_OPTIONS = 2;
const TCA_INGRESS_BLOCK = 13;
const TCA_BPF_FD = 6;
const TCA_BPF_NAME = 7;
const TCA_BPF_FLAGS = 8;
const TCA_BPF_ID = 11;
/** The program's return value is the verdict; no action follows. */
const TCA_BPF_FLAG_ACT_DIRECT = 1;
const CLSACT_HANDLE = 0xffff0000;
const CLSACT_PARENT = 0xfffffff1;
/** The two classes of clsact, from the link's point of view. */
const HOOK = { ingress: 0xfffffff2, egress: 0xfffffff3 } as const;
/** In the place of a link's index: the filter belongs to a block (TCM_IFINDEX_MAGIC_BLOCK). */
const OF_BLOCK = -1;
/** ETH_P_ALL in network order. */
const ALL_PROTOCOLS = 0x0300;
const FILTER_HANDLE = 1;
const TCMSG_BYTES = 20;

export interface FilterHook {
  readonly ifindex: number;
  readonly direction: keyof typeof HOOK;
}

/** Filters that several links share (tc(8), BLOCKS): they are set once, and a link that joins costs one message. */
export interface FilterBlock {
  /** From 1; a name within the namespace. */
  readonly block: number;
}

export interface BpfFilter {
  readonly hook: FilterHook | FilterBlock;
  /** Descriptor of a tc program, which the filter keeps loaded. */
  readonly program: number;
  /** Shown by `tc filter`. */
  readonly name: string;
  /** Filters of one hook run in this order, from 1 to 65535. */
  readonly priority: number;
}

/** `struct tcmsg`. */
function header(ifindex: number, handle: number, parent: number, info = 0): Buffer {
  const bytes = Buffer.alloc(TCMSG_BYTES);
  bytes.writeInt32LE(ifindex, 4);
  bytes.writeUInt32LE(handle, 8);
  bytes.writeUInt32LE(parent, 12);
  bytes.writeUInt32LE(info, 16);
  return bytes;
}

/**
 * Gives a link its two hooks, the one for ingress with the filters of a block. Fails with EEXIST when it has them. On a
 * link that is up the kernel waits for an RCU grace period, under the lock that all changes of links need: better
 * before.
 */
export function createClsact(ifindex: number, ingress?: FilterBlock): Request {
  return {
    type: RTM_NEWQDISC,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: Buffer.concat([
      header(ifindex, CLSACT_HANDLE, CLSACT_PARENT),
      text(TCA_KIND, 'clsact'),
      ...(ingress ? [u32(TCA_INGRESS_BLOCK, ingress.block)] : []),
    ]),
    operation: `create clsact on link ${ifindex}`,
  };
}

/**
 * Attaches a program, or puts it in the place of the one with this priority without a packet in between. It stays
 * as long as the link does.
 */
export function setBpfFilter({ hook, program, name, priority }: BpfFilter): Request {
  const info = priority * 0x10000 + ALL_PROTOCOLS;
  const [ifindex, parent] = 'block' in hook ? [OF_BLOCK, hook.block] : [hook.ifindex, HOOK[hook.direction]];
  const where = 'block' in hook ? `block ${hook.block}` : `${hook.direction} of link ${hook.ifindex}`;
  return {
    type: RTM_NEWTFILTER,
    flags: NLM_F_CREATE,
    body: Buffer.concat([
      header(ifindex, FILTER_HANDLE, parent, info),
      text(TCA_KIND, 'bpf'),
      nested(
        TCA_OPTIONS,
        u32(TCA_BPF_FD, program),
        text(TCA_BPF_NAME, name),
        u32(TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT),
      ),
    ]),
    operation: `attach ${name} to ${where}`,
  };
}

/** Removes the filters of a hook that have a priority. Fails with ENOENT or EINVAL when there are none. */
export function deleteFilters({ ifindex, direction }: FilterHook, priority: number): Request {
  return {
    type: RTM_DELTFILTER,
    flags: 0,
    body: header(ifindex, 0, HOOK[direction], priority * 0x10000 + ALL_PROTOCOLS),
    operation: `delete filters of priority ${priority} from ${direction} of link ${ifindex}`,
  };
}

/** Takes a link's two hooks, with all filters on them. */
export function deleteClsact(ifindex: number): Request {
  return {
    type: RTM_DELQDISC,
    flags: 0,
    body: Buffer.concat([header(ifindex, CLSACT_HANDLE, CLSACT_PARENT), text(TCA_KIND, 'clsact')]),
    operation: `delete clsact of link ${ifindex}`,
  };
}

/** The filters of a hook, for {@link RtSocket.dump}. */
export function listFilters({ ifindex, direction }: FilterHook): Request {
  return {
    type: RTM_GETTFILTER,
    flags: 0,
    body: header(ifindex, 0, HOOK[direction]),
    operation: `list filters on ${direction} of link ${ifindex}`,
  };
}

/** A BPF filter as the kernel reports it; undefined for the head of a priority and for other kinds. */
export function parseBpfFilter(
  message: Message,
): { readonly name: string; readonly priority: number; readonly programId: number } | undefined {
  const found = attributes(message.body, TCMSG_BYTES);
  const options = found.get(TCA_OPTIONS);
  if (textOf(found.get(TCA_KIND)) !== 'bpf' || options === undefined) return undefined;
  const details = attributes(options);
  const id = details.get(TCA_BPF_ID);
  if (id === undefined) return undefined;
  return {
    name: textOf(details.get(TCA_BPF_NAME)) ?? '',
    priority: message.body.readUInt32LE(16) >>> 16,
    programId: id.readUInt32LE(0),
  };
}
