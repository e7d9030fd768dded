import type { LabSpec } from '../../../scenario/index.ts';
import type { LabDirectory } from '../lab-directory.ts';
import { families } from './operator-config.ts';

/** Name of the process. */
export const KUBE_CONTROLLER_MANAGER = 'kube-controller-manager';

/**
 * Its arguments: the node IPAM controller and nothing else, with its own defaults otherwise, among them 20 requests a
 * second to the API. It listens nowhere, so that any number of labs can have one.
 */
export function controllerManagerArgs(lab: LabDirectory, { ipam, serviceCidrs }: LabSpec): string[] {
  const { ipv4, ipv6 } = families(ipam.pools);
  const cidrs = [ipv4, ipv6].flatMap((family) => family?.cidrs ?? []);
  const services = serviceCidrs.filter((cidr) => (cidr.includes(':') ? ipv6 : ipv4) !== undefined);
  return [
    `--kubeconfig=${lab.kubeconfig}`,
    '--controllers=node-ipam-controller',
    '--leader-elect=false',
    '--allocate-node-cidrs=true',
    `--cluster-cidr=${cidrs.join(',')}`,
    ...(ipv4 ? [`--node-cidr-mask-size-ipv4=${ipv4.maskSize}`] : []),
    ...(ipv6 ? [`--node-cidr-mask-size-ipv6=${ipv6.maskSize}`] : []),
    ...(services.length > 0 ? [`--service-cluster-ip-range=${services.join(',')}`] : []),
    '--secure-port=0',
  ];
}
