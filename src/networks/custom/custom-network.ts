import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { NodeConflist } from '../../agent/index.ts';
import { findPlugin, parseNetworkList } from '../../cni/runtime/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { THROUGH_THE_NODE } from '../fits.ts';
import { STATE_OF_OTHERS } from '../host-local.ts';
import type { Network } from '../network.ts';
import { NetworkError } from '../network-error.ts';
import { podLinksOf } from '../pod-links.ts';
import { readIpam } from './ipam.ts';

const SCHEME = 'cni:';

/**
 * A network that somebody brings along: a configuration list and a folder with its plugins. What can be found out
 * about its IPAM decides what can be checked; {@link Network.unknowns} says what could not.
 * @throws NetworkError unreadable, no-plugin, not-supported
 */
export function customNetwork({ network, cniBin }: Pick<LabSpec, 'network' | 'cniBin'>): Network {
  if (!network.startsWith(SCHEME)) {
    const message = `Expected a network of this project, cni:CONFLIST, helm:CHART or manifest:PATH, got ${network}`;
    throw new NetworkError('not-supported', message);
  }
  const file = network.slice(SCHEME.length);
  const { conflist, types } = read(file);
  const folders = cniBin === undefined ? [] : [cniBin];
  const missing = types.filter((type) => findPlugin(type, folders) === undefined);
  if (missing.length > 0) {
    const where = cniBin ?? 'a folder named by --cni-bin (lab.cniBin)';
    throw new NetworkError('no-plugin', `Expected ${missing.join(', ')} of ${file} in ${where}, found none`);
  }
  const ipam = readIpam(conflist);
  const routes = ipam.kind === 'host-local';
  return {
    name: path.basename(file).replace(/\.(conflist|conf|json)$/, ''),
    summary: `${file}: ${types.join(', ')}`,
    ipam: ipam.kind,
    fit: THROUGH_THE_NODE,
    state: STATE_OF_OTHERS,
    podLinks: podLinksOf(conflist.plugins[0]),
    traced: false,
    process: routes ? 'agent' : undefined,
    unknowns: ipam.unknowns,
    netns: { plugins: [], programs: [], node: () => ({ conflist: ipam.conflist, routes }) },
    absent: {
      kind: 'a configuration with plugins is for netns: give a chart or manifests (helm:, manifest:)',
    },
  };
}

function read(file: string): { conflist: NodeConflist; types: string[] } {
  try {
    const text = readFileSync(file, 'utf8');
    const { name, plugins } = parseNetworkList(text, file);
    const { cniVersion = '0.2.0', ...rest } = JSON.parse(text) as Partial<NodeConflist>;
    return {
      conflist: { ...rest, cniVersion, name, plugins: plugins.map(({ raw }) => raw) },
      types: plugins.map(({ type }) => type),
    };
  } catch (cause) {
    throw new NetworkError('unreadable', `Network ${SCHEME}${file}: ${(cause as Error).message}`, { cause });
  }
}
