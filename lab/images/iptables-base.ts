import type { Report } from '../setup/index.ts';
import type { Layer } from './archive/layer.ts';
import type { TarEntry } from './archive/tar.ts';
import { type DebianRoot, debianLayer, UNREAD } from './debian.ts';

/** What kube-proxy and others write rules with. */
const PROGRAMS: DebianRoot = {
  name: 'kube-proxy-base',
  variant: 'extract',
  packages: ['iptables', 'nftables', 'conntrack', 'ipset'],
  exclude: [...UNREAD, '/usr/lib/*/gconv/*', '/usr/lib/systemd/*', '/lib/systemd/*'],
  forecast: 'a few seconds',
};

/** Names that update-alternatives would have made. */
export const IPTABLES_LINKS: readonly TarEntry[] = ['iptables', 'iptables-save', 'iptables-restore']
  .flatMap((name) => [name, name.replace('ip', 'ip6')])
  .map((name) => ({ path: `usr/sbin/${name}`, link: 'xtables-nft-multi' }));

/** A layer with iptables in both flavours, nft, conntrack, ipset and their libraries. @throws ImageError base-failed */
export function iptablesLayer(report: Report): Promise<Layer> {
  return debianLayer(PROGRAMS, report);
}
