import type { ConfigMap, KubeObject } from '../../../kube/index.ts';

/** What connects the pods of a cluster, as far as the API tells. */
export interface FoundNetwork {
  /** `churnlab`, the name of a network of the field, several joined by `+`, or `unknown`. */
  readonly name: string;
  /** `namespace/name` of the DaemonSets that say so. */
  readonly daemonSets: readonly string[];
  /** Their namespaces. */
  readonly namespaces: readonly string[];
  /** Names in the configuration lists that ConfigMaps show. */
  readonly conflists: readonly string[];
}

/** DaemonSets by which a network is known, as its own manifests or charts call them. */
const KNOWN: Readonly<Record<string, RegExp>> = {
  antrea: /^antrea-agent$/,
  'aws-vpc-cni': /^aws-node$/,
  'azure-cni': /^azure-cn[is]/,
  calico: /^calico-node$/,
  canal: /^canal$/,
  cilium: /^(cilium|anetd)$/,
  flannel: /^kube-flannel/,
  kindnet: /^kindnet$/,
  'kube-ovn': /^kube-ovn-cni$/,
  'kube-router': /^kube-router$/,
  'ovn-kubernetes': /^ovnkube-node/,
  weave: /^weave-net$/,
};
const OURS = 'churnlab';
/** Keys of ConfigMaps that hold a CNI configuration: flannel's cni-conf.json, Calico's cni_network_config, and so on. */
const CNI_KEY = /cni|conflist/i;

export function isAgent({ metadata }: KubeObject): boolean {
  const labels = metadata.labels ?? {};
  return labels['app.kubernetes.io/name'] === OURS && labels['app.kubernetes.io/component'] === 'agent';
}

export function findNetwork(
  daemonSets: readonly KubeObject[],
  configMaps: readonly ConfigMap[],
): FoundNetwork {
  const known = daemonSets.flatMap((each) => {
    const name = isAgent(each) ? OURS : knownAs(each.metadata.name!);
    return name === undefined ? [] : [{ name, at: each.metadata }];
  });
  const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
  const namespaces = unique(known.map(({ at }) => at.namespace!));
  return {
    name: unique(known.map(({ name }) => name)).join('+') || 'unknown',
    daemonSets: unique(known.map(({ at }) => `${at.namespace}/${at.name}`)),
    namespaces,
    conflists: conflistNames(configMaps.filter(({ metadata }) => namespaces.includes(metadata.namespace!))),
  };
}

function knownAs(daemonSet: string): string | undefined {
  return Object.entries(KNOWN).find(([, pattern]) => pattern.test(daemonSet))?.[0];
}

/** Templates of such files are not always JSON: only the name is looked for. */
function conflistNames(configMaps: readonly ConfigMap[]): string[] {
  const names = configMaps.flatMap(({ data = {} }) =>
    Object.entries(data).flatMap(([key, text]) => {
      if (!CNI_KEY.test(key) || !/"(plugins|type)"\s*:/.test(text)) return [];
      return /"name"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? [];
    }),
  );
  return [...new Set(names)].sort();
}
