import type { NetworkIpam } from '../../../networks/index.ts';

/** What a node shows of a network when a pod of it has an address. */
interface IpamEvidence {
  /** `ipam.type` of the configuration that appeared; undefined where no plugin of it has one. */
  readonly declared: string | undefined;
  /** Whether host-local keeps a file for the pod's address. */
  readonly isKept: boolean;
  /** Whether the address lies in the node's podCIDRs. */
  readonly isOfNode: boolean;
}

/**
 * Who gives addresses, and what could not be found out. A plugin may hand its work on to others, as flannel's does, so that
 * host-local's files say more than a configuration.
 */
export function findIpam({ declared, isKept, isOfNode }: IpamEvidence): {
  readonly ipam: NetworkIpam;
  readonly unknowns: readonly string[];
} {
  if (isKept && isOfNode) return { ipam: 'host-local', unknowns: [] };
  const who = isKept
    ? 'host-local gives addresses outside the podCIDRs of nodes'
    : declared === undefined
      ? 'its configuration names no IPAM'
      : `its IPAM ${declared} is not known`;
  const message = `${who}: no address is held against pools, and how many there are is not known`;
  return { ipam: 'unknown', unknowns: [message] };
}
