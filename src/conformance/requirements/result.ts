import { isIP } from 'node:net';
import { isAtLeast, isCidr } from '../../cni/index.ts';
import { addressesOf, type Pod } from '../pod.ts';
import type { Requirement, Section } from '../requirement.ts';
import type { Trial } from '../trial.ts';
import { NotApplicable, Violation } from '../violation.ts';

const RESULT: Section = '5. Result Types';

/** What ADD printed, as far as the specification goes. */
interface Printed {
  readonly cniVersion?: unknown;
  readonly interfaces?: readonly {
    readonly name?: string;
    readonly mac?: string;
    readonly mtu?: number;
    readonly sandbox?: string;
  }[];
  readonly ips?: readonly {
    readonly version?: unknown;
    readonly address?: string;
    readonly gateway?: string;
    readonly interface?: number;
  }[];
  readonly routes?: readonly { readonly dst?: string; readonly gw?: string }[];
  readonly dns?: Readonly<Record<string, unknown>>;
}

type Judge = (printed: Printed, pod: Pod, trial: Trial) => void | Promise<void>;

/** About what ADD printed. */
function about(id: string, text: string, judge: Judge): Requirement {
  return {
    id,
    section: RESULT,
    text,
    async run(trial) {
      const pod = await trial.pod();
      await judge((await pod.add()) as Printed, pod, trial);
    },
  };
}

const show = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

export const result: readonly Requirement[] = [
  about(
    'result-version',
    '`cniVersion` is the version supplied on input',
    ({ cniVersion }, _pod, { version }) => {
      if (cniVersion !== version) throw new Violation(`cniVersion ${version}`, show(cniVersion));
    },
  ),
  about(
    'result-interfaces',
    '`interfaces` has CNI_IFNAME with `sandbox` CNI_NETNS, and its own MAC address and MTU where they are given',
    async ({ interfaces = [] }, pod) => {
      const own = interfaces.find(({ name }) => name === 'eth0');
      if (own?.sandbox !== pod.netns) throw new Violation(`eth0 with sandbox ${pod.netns}`, show(interfaces));
      const link = await pod.link();
      if (own.mac !== undefined && own.mac !== link?.address) {
        throw new Violation(`mac ${link?.address}`, own.mac);
      }
      if (own.mtu !== undefined && own.mtu !== link?.mtu) {
        throw new Violation(`mtu ${link?.mtu}`, String(own.mtu));
      }
    },
  ),
  about(
    'result-host-interfaces',
    '`interfaces` of the host are there, and have no `sandbox`',
    async ({ interfaces = [] }, pod, trial) => {
      const here = await trial.hostLinks();
      for (const { name, sandbox = '' } of interfaces) {
        if (sandbox === pod.netns) continue;
        if (sandbox !== '' || !here.includes(name ?? '')) {
          throw new Violation('a link of the node without sandbox', show({ name, sandbox }));
        }
      }
    },
  ),
  about('result-ips', '`ips` are those of the interface, in CIDR notation', async ({ ips = [] }, pod) => {
    const got = ips.map(({ address = '' }) => address);
    if (!got.every(isCidr)) throw new Violation('addresses with a prefix length', show(ips));
    const there = addressesOf(await pod.link());
    const missing = got.filter((address) => !there.includes(address));
    if (got.length === 0 || missing.length > 0) {
      throw new Violation(`ips as on eth0, ${there.join()}`, got.join() || 'none');
    }
  }),
  about(
    'result-ips-interface',
    '`interface` of each of `ips` is the index of CNI_IFNAME in `interfaces`',
    ({ ips = [], interfaces = [] }) => {
      for (const ip of ips) {
        const at = ip.interface === undefined ? undefined : interfaces[ip.interface];
        if (at?.name !== 'eth0') throw new Violation('the index of eth0', show({ ips, interfaces }));
      }
    },
  ),
  about('result-gateway', '`gateway` of each of `ips`, if there is one, is an address', ({ ips = [] }) => {
    for (const { gateway } of ips) {
      if (gateway !== undefined && isIP(gateway) === 0) throw new Violation('an address', show(gateway));
    }
  }),
  about(
    'result-ips-version',
    '`ips` have `version` 4 or 6 up to 0.4.0, and no such field from 1.0.0 on',
    ({ ips = [] }, _pod, { version }) => {
      for (const ip of ips) {
        const family = ip.address?.includes(':') ? '6' : '4';
        const expected = isAtLeast(version, '1.0.0') ? undefined : family;
        if (ip.version !== expected) {
          throw new Violation(`${expected === undefined ? 'no' : show(expected)} version`, show(ip));
        }
      }
    },
  ),
  about(
    'result-routes',
    '`routes` are in CIDR notation, and in the namespace',
    async ({ routes = [] }, pod) => {
      if (routes.length === 0) throw new NotApplicable('the result has no routes');
      const there = (await pod.routes()).map(({ dst }) => dst);
      for (const { dst = '', gw } of routes) {
        if (!isCidr(dst) || (gw !== undefined && isIP(gw) === 0))
          throw new Violation('dst and gw', show(routes));
        const name = /^(0\.0\.0\.0|::)\/0$/.test(dst) ? 'default' : dst.replace(/\/(32|128)$/, '');
        if (!there.includes(name)) throw new Violation(`a route to ${dst}`, there.join());
      }
    },
  ),
  about('result-dns', '`dns` has lists `nameservers`, `search`, `options` and text `domain`', ({ dns }) => {
    if (dns === undefined) return;
    const { nameservers, search, options, domain } = dns;
    const lists = [nameservers, search, options].filter((list) => list !== undefined);
    const servers = (nameservers ?? []) as readonly string[];
    if (
      !lists.every((list) => Array.isArray(list) && list.every((item) => typeof item === 'string')) ||
      !servers.every((server) => isIP(server) !== 0) ||
      (domain !== undefined && typeof domain !== 'string')
    ) {
      throw new Violation('lists of text and a domain', show(dns));
    }
  }),
];
