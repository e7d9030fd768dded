import fs from 'node:fs';
import { CMD } from './abi.ts';
import { Attr, tryBpf } from './syscall.ts';

/** enum bpf_prog_type and, where the kernel asks for it, enum bpf_attach_type. */
const KINDS = {
  xdp: { type: 6 },
  /** cgroup/connect4 */
  'cgroup-connect': { type: 18, attach: 10 },
} as const;
export type ProbedKind = keyof typeof KINDS;

const EINVAL = 22;
/** `r0 = 1; exit`: every kind takes 1 for an answer. */
const RETURN_ONE = Buffer.from('b7000000010000009500000000000000', 'hex');

/** Whether the kernel loads programs of a kind: `unknown` when it would not even say (no privilege). */
export function probeProgram(kind: ProbedKind): 'yes' | 'no' | 'unknown' {
  const { type, attach = 0 }: { type: number; attach?: number } = KINDS[kind];
  const attr = new Attr(72)
    .u32(0, type)
    .u32(4, RETURN_ONE.length / 8)
    .pointer(8, RETURN_ONE)
    .pointer(16, Buffer.from('Apache-2.0\0'))
    .u32(68, attach);
  const result = tryBpf(CMD.progLoad, attr);
  if (result >= 0) fs.closeSync(result);
  return result >= 0 ? 'yes' : -result === EINVAL ? 'no' : 'unknown';
}
