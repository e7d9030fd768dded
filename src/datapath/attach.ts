import { attachTcx, BpfProgram, queryTcx, type TcxHook } from '../kernel/bpf/index.ts';

/**
 * Attaches one of our programs to a hook of the calling thread's namespace: once, and in the place of an earlier
 * version of itself without a packet in between. Others' programs stay.
 * Throws KernelError (ENODEV), UnsupportedFeature.
 */
export function attachOnce(hook: TcxHook, program: BpfProgram): void {
  const attached = queryTcx(hook);
  if (attached.includes(program.info.id)) return;
  for (const id of attached) {
    using other = BpfProgram.byId(id);
    if (other.info.name === program.info.name) {
      attachTcx(hook, program, other);
      return;
    }
  }
  attachTcx(hook, program);
}
