import { CMD } from './abi.ts';
import { Attr, tryBpf } from './syscall.ts';

const EINVAL = 22;
const LOOPBACK = 1;
const BPF_TCX_INGRESS = 46;

/**
 * Whether the kernel has tcx (6.6), programs on links without qdiscs: `unknown` when it would not even say. Asks
 * about the loopback link of the calling thread's namespace.
 */
export function probeTcx(): 'yes' | 'no' | 'unknown' {
  const attr = new Attr(64).u32(0, LOOPBACK).u32(4, BPF_TCX_INGRESS);
  const errno = Math.max(0, -tryBpf(CMD.progQuery, attr));
  return errno === 0 ? 'yes' : errno === EINVAL ? 'no' : 'unknown';
}
