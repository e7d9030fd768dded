import type { Problem, Scenario } from '../scenario/index.ts';
import { misfits } from './misfits.ts';
import { NetworkError } from './network-error.ts';
import { networkOf } from './networks.ts';

/** What a scenario asks of its network that the network has not, or cannot be checked since nobody can read it. */
export function networkProblems({
  substrate,
  spec: { lab },
}: Pick<Scenario, 'substrate' | 'spec'>): Problem[] {
  const refuse = (message: string): Problem[] => [
    { path: ['spec', 'lab', 'network'], code: 'not-yet', message },
  ];
  // Networks are not simulated: src/scenario/check/not-simulated.ts has the word on it.
  if (substrate === 'sim') return [];
  try {
    const network = networkOf(lab);
    const isKind = substrate === 'kind' || substrate === 'kubeconfig';
    const [part, place] = isKind ? ([network.onKind, 'kind'] as const) : ([network.netns, 'netns'] as const);
    if (part === undefined)
      return refuse(
        `network \`${network.name}\` is not on \`${place}\`: ${network.absent?.[place] ?? 'nobody has brought it there'}`,
      );
    return misfits(network, lab).map((problem) => ({ ...problem, path: ['spec', 'lab', ...problem.path] }));
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return refuse(error.message);
  }
}
