/**
 * tcx: programs on a link's ingress and egress, without qdiscs. Attached without a BPF link, so that a program
 * stays while its network device does: it outlives the process that attached it and ends with the device.
 * Everything here acts on links of the calling thread's network namespace.
 */
import { KernelError } from '../errno.ts';
import { BPF_F_REPLACE, CMD, TCX, type TcxDirection } from './abi.ts';
import { UnsupportedFeature } from './errors.ts';
import type { BpfProgram } from './program.ts';
import { Attr, bpf, tryBpf } from './syscall.ts';

const EINVAL = 22;
const LOOPBACK = 1;
/** Most programs that one hook holds (BPF_MPROG_MAX in kernel/bpf/mprog.c). */
const MAX_PROGRAMS = 64;

export interface TcxHook {
  readonly ifindex: number;
  readonly direction: TcxDirection;
}

/**
 * Attaches a program behind those that are there, or in the place of `replace`, without a packet in between.
 * Throws KernelError (EEXIST when it is attached already, ENODEV), UnsupportedFeature.
 */
export function attachTcx({ ifindex, direction }: TcxHook, program: BpfProgram, replace?: BpfProgram): void {
  const attr = new Attr(32).u32(0, ifindex).u32(4, program.fd).u32(8, TCX[direction]);
  if (replace) attr.u32(12, BPF_F_REPLACE).u32(16, replace.fd);
  const result = tryBpf(CMD.progAttach, attr);
  if (result >= 0) return;
  const cause = new KernelError(`attach ${program.info.name} to ${direction} of link ${ifindex}`, -result);
  if (-result === EINVAL && probeTcx() === 'no') throw new UnsupportedFeature('tcx', '6.6', { cause });
  throw cause;
}

/** Throws KernelError ENOENT when the program is not attached there. */
export function detachTcx({ ifindex, direction }: TcxHook, program: BpfProgram): void {
  const attr = new Attr(32).u32(0, ifindex).u32(4, program.fd).u32(8, TCX[direction]);
  bpf(CMD.progDetach, attr, `detach ${program.info.name} from ${direction} of link ${ifindex}`);
}

/** The kernel's numbers of the programs on a hook, in the order in which they run. Throws KernelError. */
export function queryTcx(hook: TcxHook): number[] {
  const ids = Buffer.alloc(MAX_PROGRAMS * 4);
  const attr = new Attr(64)
    .u32(0, hook.ifindex)
    .u32(4, TCX[hook.direction])
    .pointer(16, ids)
    .u32(24, MAX_PROGRAMS);
  bpf(CMD.progQuery, attr, `list the programs on ${hook.direction} of link ${hook.ifindex}`);
  return Array.from({ length: attr.bytes.readUInt32LE(24) }, (_, i) => ids.readUInt32LE(i * 4));
}

/** Whether the kernel has tcx: `unknown` when it would not even say. */
export function probeTcx(): 'yes' | 'no' | 'unknown' {
  const attr = new Attr(64).u32(0, LOOPBACK).u32(4, TCX.ingress);
  const errno = Math.max(0, -tryBpf(CMD.progQuery, attr));
  return errno === 0 ? 'yes' : errno === EINVAL ? 'no' : 'unknown';
}
