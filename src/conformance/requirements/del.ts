import type { Requirement } from '../requirement.ts';
import { requireSuccess, Violation } from '../violation.ts';

const DEL = '2. Execution Protocol: DEL';

export const del: readonly Requirement[] = [
  {
    id: 'del-interface',
    section: DEL,
    text: 'DEL deletes the interface and gives back all that ADD took',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      await pod.add();
      await pod.del();
      await trial.until(
        async () => (await pod.link()) === undefined,
        () => new Violation('no eth0 in the namespace after DEL', 'eth0'),
      );
      await trial.settled(before);
    },
  },
  {
    id: 'del-twice',
    section: DEL,
    text: 'A second DEL of the same attachment succeeds',
    async run(trial) {
      const pod = await trial.pod();
      await pod.add();
      await pod.del();
      await pod.del();
    },
  },
  {
    id: 'del-never-added',
    section: DEL,
    text: 'DEL of what was never added succeeds, with and without prevResult',
    async run(trial) {
      const [other, pod] = [await trial.pod(), await trial.pod()];
      const result = await other.add();
      for (const prevResult of [undefined, result]) {
        requireSuccess(
          (await trial.chain.each('DEL', pod.at(), prevResult)).last,
          'DEL of what was never added',
        );
      }
    },
  },
  {
    id: 'del-without-prev-result',
    section: DEL,
    text: 'DEL without prevResult, as after a failed ADD, gives everything back',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      await pod.add();
      requireSuccess((await trial.chain.each('DEL', pod.at())).last, 'DEL without prevResult');
      await trial.settled(before);
    },
  },
  {
    id: 'del-netns-gone',
    section: DEL,
    text: 'DEL succeeds and gives everything back when the namespace no longer exists',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      await pod.add();
      await pod.removeNetns();
      await pod.del();
      await trial.settled(before);
    },
  },
  {
    id: 'del-without-netns',
    section: DEL,
    text: 'CNI_NETNS is optional in DEL: without it everything outside of the namespace is given back',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      await pod.add();
      await pod.del('eth0', { env: { CNI_NETNS: '' } });
      // The namespace takes its end of a link with it, as the runtime will.
      await pod.removeNetns();
      await trial.settled(before);
    },
  },
  {
    id: 'del-interface-gone',
    section: DEL,
    text: 'DEL succeeds and gives everything back when the interface is missing',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      await pod.add();
      await pod.sh('ip link del eth0');
      await pod.del();
      await trial.settled(before);
    },
  },
];
