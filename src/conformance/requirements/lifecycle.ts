import { addressesOf } from '../pod.ts';
import type { Requirement } from '../requirement.ts';
import { requireSuccess, Violation } from '../violation.ts';

const LIFECYCLE = '3. Lifecycle & Ordering';
/** From before the first system call of a plugin to after the last of most, in ms. */
const KILL_AFTER_MS = [1, 2, 4, 8, 16, 32, 64, 128];
/** More than the node of a lab of conformance has addresses: each is used again. */
const ROUNDS = 40;

export const lifecycle: readonly Requirement[] = [
  {
    id: 'add-killed',
    section: LIFECYCLE,
    text: 'After an ADD that was killed at any time DEL succeeds, ADD works again, and nothing is left',
    once: true,
    async run(trial) {
      const before = trial.traces();
      for (const killAfterMs of KILL_AFTER_MS) {
        const pod = await trial.pod();
        await pod.tryAdd('eth0', { killAfterMs });
        requireSuccess(
          (await trial.chain.each('DEL', pod.at())).last,
          `DEL after ADD was killed at ${killAfterMs} ms`,
        );
        await trial.until(
          async () => (await pod.link()) === undefined,
          () => new Violation('no eth0 in the namespace after DEL', 'eth0'),
        );
        await pod.add();
        if (addressesOf(await pod.link()).length === 0) throw new Violation('an address after ADD', 'none');
        await pod.del();
      }
      await trial.settled(before);
    },
  },
  {
    id: 'add-failed',
    section: LIFECYCLE,
    text: 'The DEL that follows a failed ADD succeeds, and ADD works afterwards',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      await pod.sh('ip link add eth0 type veth peer name other');
      await pod.tryAdd();
      await pod.sh('ip link del eth0');
      await pod.del();
      await pod.add();
      await pod.del();
      await trial.settled(before);
    },
  },
  {
    id: 'add-del-rounds',
    section: LIFECYCLE,
    text: `${ROUNDS} attachments, one after another, leave nothing behind: addresses, links, files, rules, routes`,
    once: true,
    async run(trial) {
      const before = trial.traces();
      for (let round = 0; round < ROUNDS; round++) {
        const pod = await trial.pod();
        await pod.add();
        await pod.del();
        await pod.removeNetns();
      }
      await trial.settled(before);
    },
  },
  {
    id: 'container-id-anew',
    section: LIFECYCLE,
    text: 'A container that was detached may be attached again under the same ID',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      for (let round = 0; round < 2; round++) {
        await pod.add();
        await pod.del();
        await trial.until(
          async () => (await pod.link()) === undefined,
          () => new Violation('no eth0 in the namespace after DEL', 'eth0'),
        );
      }
      await trial.settled(before);
    },
  },
];
