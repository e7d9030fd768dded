import type { Pod } from '../pod.ts';
import { addressesOf } from '../pod.ts';
import type { Requirement } from '../requirement.ts';
import type { Trial } from '../trial.ts';
import { describe, requireSuccess, Violation } from '../violation.ts';

const GC = '2. Execution Protocol: GC';

/** GC of each plugin, with these containers' eth0 as all that is valid. */
async function collect(trial: Trial, valid: readonly Pod[]): Promise<void> {
  const list = valid.map(({ id }) => ({ containerID: id, ifname: 'eth0' }));
  const config = { 'cni.dev/valid-attachments': list, 'cni.dev/attachments': list };
  const { last } = await trial.chain.each('GC', undefined, undefined, { config });
  requireSuccess(last, 'GC');
}

export const statusAndGc: readonly Requirement[] = [
  {
    id: 'status-ready',
    section: '2. Execution Protocol: STATUS',
    text: 'STATUS succeeds while ADD is served, and prints nothing',
    verb: 'STATUS',
    async run(trial) {
      const { answers, last } = await trial.chain.each('STATUS', undefined);
      requireSuccess(last, 'STATUS');
      for (const answer of answers) {
        if (answer.stdout.trim() !== '') {
          throw new Violation('nothing on stdout', `${answer.plugin}: ${describe(answer)}`);
        }
      }
      await (await trial.pod()).add();
    },
  },
  {
    id: 'gc-keeps-valid',
    section: GC,
    text: 'GC touches no attachment of the list of valid ones',
    verb: 'GC',
    async run(trial) {
      const pods = [await trial.pod(), await trial.pod()];
      for (const pod of pods) await pod.add();
      const before = trial.traces();
      await collect(trial, pods);
      trial.requireKept(before);
      for (const pod of pods)
        requireSuccess((await pod.check()).last, 'CHECK of a valid attachment after GC');
    },
  },
  {
    id: 'gc-removes-stale',
    section: GC,
    text: 'GC removes what belongs to attachments that are not in the list, their address reservations among it',
    verb: 'GC',
    async run(trial) {
      const kept = await trial.pod();
      await kept.add();
      const before = trial.traces();
      const stale = await trial.pod();
      await stale.add();
      await stale.removeNetns();
      await collect(trial, [kept]);
      trial.requireKept(before);
      await trial.settled(before);
      if (addressesOf(await kept.link()).length === 0)
        throw new Violation('the valid one as it was', 'no address');
    },
  },
  {
    id: 'gc-nothing-valid',
    section: GC,
    text: 'GC with an empty list removes everything, and succeeds again when there is nothing to remove',
    verb: 'GC',
    async run(trial) {
      const before = trial.traces();
      const pods = [await trial.pod(), await trial.pod()];
      for (const pod of pods) {
        await pod.add();
        await pod.removeNetns();
      }
      await collect(trial, []);
      await collect(trial, []);
      await trial.settled(before);
    },
  },
];
