import type { Pod } from '../pod.ts';
import { addressesOf } from '../pod.ts';
import type { Requirement } from '../requirement.ts';
import type { Trial } from '../trial.ts';
import { describe, NotApplicable, requireError, requireSuccess, Violation } from '../violation.ts';

const CHECK = '2. Execution Protocol: CHECK';

/** Does something to an attached pod, after which CHECK must fail. */
function tampered(id: string, text: string, tamper: (pod: Pod, trial: Trial) => Promise<void>): Requirement {
  return {
    id,
    section: CHECK,
    text,
    verb: 'CHECK',
    async run(trial) {
      const pod = await trial.pod();
      await pod.add();
      requireSuccess((await pod.check()).last, 'CHECK right after ADD');
      await tamper(pod, trial);
      requireError((await pod.check()).last, 'CHECK');
    },
  };
}

async function anAddress(pod: Pod): Promise<string> {
  const [address] = addressesOf(await pod.link());
  if (address === undefined) throw new NotApplicable('the interface has no address');
  return address;
}

export const check: readonly Requirement[] = [
  {
    id: 'check-after-add',
    section: CHECK,
    text: 'CHECK succeeds right after ADD and prints nothing',
    verb: 'CHECK',
    async run(trial) {
      const pod = await trial.pod();
      await pod.add();
      const { answers, last } = await pod.check();
      requireSuccess(last, 'CHECK');
      for (const answer of answers) {
        if (answer.stdout.trim() !== '') {
          throw new Violation('nothing on stdout', `${answer.plugin}: ${describe(answer)}`);
        }
      }
    },
  },
  {
    id: 'check-needs-prev-result',
    section: CHECK,
    text: 'CHECK consults prevResult: without it, it fails',
    verb: 'CHECK',
    async run(trial) {
      const pod = await trial.pod();
      await pod.add();
      requireError((await trial.chain.each('CHECK', pod.at())).last, 'CHECK without prevResult');
    },
  },
  {
    id: 'check-wrong-prev-result',
    section: CHECK,
    text: 'CHECK fails with the result of another container',
    verb: 'CHECK',
    async run(trial) {
      const [pod, other] = [await trial.pod(), await trial.pod()];
      await pod.add();
      const result = await other.add();
      const { last } = await trial.chain.each('CHECK', pod.at(), result);
      requireError(last, "CHECK with another container's prevResult");
    },
  },
  tampered('check-address-removed', 'CHECK fails when an address of prevResult is missing', async (pod) => {
    await pod.sh(`ip addr del ${await anAddress(pod)} dev eth0`);
  }),
  tampered('check-address-changed', 'CHECK fails when the interface has another address', async (pod) => {
    await pod.sh(`ip addr del ${await anAddress(pod)} dev eth0 && ip addr add 198.51.100.1/32 dev eth0`);
  }),
  tampered('check-interface-removed', 'CHECK fails when the interface is missing', async (pod) => {
    await pod.sh('ip link del eth0');
  }),
  tampered('check-interface-down', 'CHECK fails when the interface is down', async (pod) => {
    await pod.sh('ip link set eth0 down');
  }),
  tampered('check-route-removed', 'CHECK fails when a route of prevResult is missing', async (pod) => {
    const route = (await pod.routes()).find(({ dst }) => dst === 'default');
    if (route === undefined) throw new NotApplicable('the result has no default route');
    await pod.sh('ip route del default');
  }),
  {
    id: 'check-extra',
    section: CHECK,
    text: 'CHECK allows for what later plugins changed: a further address and a further route',
    verb: 'CHECK',
    async run(trial) {
      const pod = await trial.pod();
      await pod.add();
      await pod.sh(
        'ip addr add 198.51.100.1/32 dev eth0 && ip route add 203.0.113.128/25 dev eth0 scope link',
      );
      requireSuccess((await pod.check()).last, 'CHECK with an address and a route more');
    },
  },
  {
    id: 'check-netns-gone',
    section: CHECK,
    text: 'CHECK fails when the namespace no longer exists',
    verb: 'CHECK',
    async run(trial) {
      const pod = await trial.pod();
      await pod.add();
      await pod.removeNetns();
      requireError((await pod.check()).last, 'CHECK without the namespace');
    },
  },
];
