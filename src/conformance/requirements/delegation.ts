import { findPlugin } from '../../cni/runtime/index.ts';
import type { Answer, Chain, ChainPlugin } from '../chain.ts';
import type { Requirement } from '../requirement.ts';
import { describe, NotApplicable, objectIn, requireError, requireSuccess, Violation } from '../violation.ts';

const DELEGATION = '4. Plugin Delegation';
const NOBODY = 'no plugin of the chain delegates to a program';

/** The first plugin with an `ipam` section whose type is a program, and that program with the same configuration. */
function ipamOf({ plugins, path }: Chain): { upper: ChainPlugin; ipam: ChainPlugin } {
  for (const upper of plugins) {
    const { type } = (upper.config.ipam ?? {}) as { type?: string };
    const program = type === undefined ? undefined : findPlugin(type, path.split(':'));
    if (type !== undefined && program !== undefined) {
      return { upper, ipam: { type, program, config: upper.config } };
    }
  }
  throw new NotApplicable(NOBODY);
}

export const delegation: readonly Requirement[] = [
  {
    id: 'ipam-result',
    section: DELEGATION,
    text: 'The IPAM plugin answers without `interfaces`, and without `interface` in `ips`',
    async run(trial) {
      const { ipam } = ipamOf(trial.chain);
      const pod = await trial.pod();
      const answer = await trial.chain.call(ipam, 'ADD', pod.at());
      requireSuccess(await trial.chain.call(ipam, 'DEL', pod.at()), `DEL of ${ipam.type}`);
      requireSuccess(answer, `ADD of ${ipam.type}`);
      const { ips, interfaces } = objectIn(answer) ?? {};
      const bare = Array.isArray(ips) && ips.length > 0 && ips.every((ip: object) => !('interface' in ip));
      if (!bare || interfaces !== undefined)
        throw new Violation('ips alone', `${ipam.type}: ${describe(answer)}`);
    },
  },
  {
    id: 'ipam-not-found',
    section: DELEGATION,
    text: 'An IPAM plugin that is not found along CNI_PATH makes ADD fail, and nothing stays after its DEL',
    async run(trial) {
      const { upper } = ipamOf(trial.chain);
      const before = trial.traces();
      const pod = await trial.pod();
      const env = { CNI_PATH: '/run/there-is-none' };
      requireError(await trial.chain.call(upper, 'ADD', pod.at(), { env }), 'ADD without its IPAM plugin');
      requireSuccess((await trial.chain.each('DEL', pod.at())).last, 'DEL');
      await trial.settled(before);
    },
  },
  {
    id: 'ipam-refuses',
    section: DELEGATION,
    text: 'When the IPAM plugin fails, ADD fails, and nothing stays after its DEL',
    async run(trial) {
      const { upper } = ipamOf(trial.chain);
      const own = upper.config.ipam as { readonly type: string };
      if (own.type !== 'host-local') {
        throw new NotApplicable('how to make the IPAM plugin fail is known of host-local alone');
      }
      const before = trial.traces();
      const pod = await trial.pod();
      const config = { ipam: { ...own, ranges: [[{ subnet: '192.0.2.0/32' }]] } };
      const answer = await trial.chain.call(upper, 'ADD', pod.at(), { config });
      requireError(answer, 'ADD with a range too small');
      requireSuccess((await trial.chain.each('DEL', pod.at())).last, 'DEL');
      await trial.settled(before);
    },
  },
  {
    id: 'ipam-check',
    section: DELEGATION,
    text: 'CHECK is handed on to the IPAM plugin, and its error is passed back',
    verb: 'CHECK',
    async run(trial) {
      const { ipam } = ipamOf(trial.chain);
      const pod = await trial.pod();
      await pod.add();
      requireSuccess(await trial.chain.call(ipam, 'DEL', pod.at()), `DEL of ${ipam.type}`);
      requireError((await pod.check()).last, 'CHECK of an address whose reservation is gone');
    },
  },
  {
    id: 'ipam-status',
    section: DELEGATION,
    text: 'STATUS is handed on to the IPAM plugin, and its error is passed back',
    verb: 'STATUS',
    async run(trial) {
      const { upper } = ipamOf(trial.chain);
      const env = { CNI_PATH: '/run/there-is-none' };
      requireError(
        await trial.chain.call(upper, 'STATUS', undefined, { env }),
        'STATUS without its IPAM plugin',
      );
    },
  },
  {
    id: 'chain-keeps-result',
    section: '5. Result Types',
    text: 'A plugin that is given prevResult prints it as its result, with its own changes',
    async run(trial) {
      if (trial.chain.plugins.length === 1) throw new NotApplicable('the chain is one plugin');
      const pod = await trial.pod();
      const { answers, last } = await pod.tryAdd();
      requireSuccess(last, 'ADD');
      for (const field of ['interfaces', 'ips'] as const) {
        const [first, final] = [namesIn(answers[0]!, field), namesIn(last, field)];
        if (!first.every((name) => final.includes(name))) {
          throw new Violation(`${field} ${first.join()}`, `${last.plugin}: ${describe(last)}`);
        }
      }
    },
  },
];

/** Names of interfaces, or addresses. */
function namesIn(answer: Answer, field: 'interfaces' | 'ips'): readonly (string | undefined)[] {
  const items = (objectIn(answer)?.[field] ?? []) as readonly { name?: string; address?: string }[];
  return items.map(({ name, address }) => name ?? address);
}
