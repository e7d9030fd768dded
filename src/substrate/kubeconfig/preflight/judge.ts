import { type ClusterSurvey, nodesForPods } from '../survey/survey.ts';

/** One line of a preflight. */
export interface Finding {
  readonly check: string;
  /** In words. */
  readonly found: string;
  /** note: worth knowing. refused: stands against using the cluster. */
  readonly verdict: 'ok' | 'note' | 'refused';
  /** What to do, or what follows. */
  readonly advice?: string;
}

/** What is to be run. */
export interface Needs {
  /** Pods alive at the fullest moment, those of the run's own among them; 0 where nothing is planned yet. */
  readonly pods: number;
  /** Services are made, and connections to them. */
  readonly services: boolean;
  /** Pods are started and ended by a Job. */
  readonly sharded: boolean;
  /** k6 runs in pods. */
  readonly scripts: boolean;
  /** Images that this needs and nobody has named, with what for. */
  readonly missingImages: readonly { readonly name: string; readonly why: string }[];
  readonly allowOtherWorkloads: boolean;
}

/** How many names a line shows. */
const SHOWN = 3;

/** Holds a cluster against what is to be run there. Pure. */
export function judge(found: ClusterSurvey, needs: Needs): Finding[] {
  return [
    { check: 'server', found: found.version, verdict: 'ok' },
    ...nodes(found),
    room(found, needs),
    network(found),
    services(found),
    workloads(found, needs),
    ...needs.missingImages.map(
      ({ name, why }): Finding => ({
        check: 'images',
        found: `expected image ${name}: ${why}`,
        verdict: 'refused',
        advice: `push it to a registry of the cluster's and say --image ${name}=REFERENCE`,
      }),
    ),
  ];
}

function nodes(found: ClusterSurvey): Finding[] {
  const [those, excluded] = [nodesForPods(found), found.nodes.filter((each) => each.excluded !== '')];
  const runtimes = [...new Set(those.map(({ runtime }) => runtime))].join(', ');
  const check = 'nodes';
  const first: Finding =
    those.length === 0
      ? { check, found: 'none takes pods', verdict: 'refused', advice: 'kubectl describe nodes says why' }
      : { check, found: `${those.length} take pods (${runtimes})`, verdict: 'ok' };
  if (excluded.length === 0) return [first];
  const names = list(excluded.map((each) => `${each.name}: ${each.excluded}`));
  return [first, { check, found: `${excluded.length} left out (${names})`, verdict: 'note' }];
}

function room(found: ClusterSurvey, { pods }: Needs): Finding {
  const those = nodesForPods(found);
  const free = those.reduce((sum, { maxPods, pods: there }) => sum + Math.max(0, maxPods - there), 0);
  const perNode = [...new Set(those.map(({ maxPods }) => maxPods))].sort((a, b) => a - b).join(', ');
  const text = `${free} free of maxPods ${perNode} a node`;
  const check = 'room for pods';
  if (pods === 0) return { check, found: text, verdict: 'ok' };
  if (pods <= free) return { check, found: `${text}, ${pods} needed`, verdict: 'ok' };
  const advice = 'fewer or shorter-lived pods (an override for kubeconfig in the scenario), or more nodes';
  return { check, found: `${text}, expected room for ${pods}`, verdict: 'refused', advice };
}

function network({ network: found, own }: ClusterSurvey): Finding {
  const check = 'network';
  if (own)
    return { check, found: `churnlab, release in ${own.namespace}, IPAM ${own.ipam.mode}`, verdict: 'ok' };
  const conflists = found.conflists.length > 0 ? `; configurations ${found.conflists.join(', ')}` : '';
  const text = `${found.name} (${found.daemonSets.join(', ') || 'no DaemonSet that is known'}${conflists})`;
  return {
    check,
    found: text,
    verdict: 'note',
    advice: 'single calls and addresses are not known of it: cni.* and pod.sandbox.* will be missing',
  };
}

function services({ proxy, own }: ClusterSurvey): Finding {
  const check = 'kube-proxy';
  if (proxy === 'absent') {
    return { check, found: own?.services ? 'absent; agents of ours in its place' : 'absent', verdict: 'ok' };
  }
  if (proxy !== 'unknown') return { check, found: proxy, verdict: 'ok' };
  return { check, found: 'its mode cannot be read', verdict: 'note', advice: 'taken to be iptables' };
}

function workloads({ others }: ClusterSurvey, { allowOtherWorkloads }: Needs): Finding {
  const check = 'other workloads';
  if (others.length === 0) return { check, found: 'none', verdict: 'ok' };
  const found = `${others.length} pod${others.length === 1 ? '' : 's'} of others (${list(others)})`;
  if (allowOtherWorkloads) {
    return { check, found, verdict: 'note', advice: 'they take part in what is measured' };
  }
  const advice = 'they and the run would disturb each other; --allow-other-workloads if that is meant';
  return { check, found, verdict: 'refused', advice };
}

function list(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return more > 0 ? `${names.slice(0, SHOWN).join(', ')} and ${more} more` : names.join(', ');
}
