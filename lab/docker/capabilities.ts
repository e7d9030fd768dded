import { readFileSync } from 'node:fs';

/** Bit of CAP_SYS_RESOURCE in include/uapi/linux/capability.h. */
const SYS_RESOURCE = 24n;

/**
 * Whether containers that ask for everything (`--privileged`, as kind's nodes do) can have it here. A process cannot
 * give what its own bounding set lacks, so without CAP_SYS_RESOURCE runc refuses them.
 */
export function canRaiseLimits(status = readFileSync('/proc/self/status', 'utf8')): boolean {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0';
  return (BigInt(`0x${bounding}`) & (1n << SYS_RESOURCE)) !== 0n;
}
