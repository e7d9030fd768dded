import type { NodeConflist } from '../../agent/index.ts';
import { Cidr } from '../../ip/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { PORTMAP } from '../host-local.ts';

/** As in Documentation/kube-flannel.yml: a version in which only ADD and DEL are ever called. */
export const CONFLIST: NodeConflist = {
  cniVersion: '0.3.1',
  name: 'cbr0',
  plugins: [{ type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } }, PORTMAP],
};
/** flanneld's own configuration: it does not say what differs from node to node. */
export function netConf({ ipam, routing }: LabSpec): object {
  const cidrs = ipam.pools.flatMap((pool) => pool.cidrs).map((text) => Cidr.parse(text).cidr);
  const of = (family: Cidr['family']) => cidrs.find((cidr) => cidr.family === family);
  const [four, six] = [of('ipv4'), of('ipv6')];
  return {
    EnableIPv4: four !== undefined,
    ...(four && { Network: String(four) }),
    ...(six && { EnableIPv6: true, IPv6Network: String(six) }),
    EnableNFTables: false,
    Backend: { Type: routing === 'vxlan' ? 'vxlan' : 'host-gw' },
  };
}
