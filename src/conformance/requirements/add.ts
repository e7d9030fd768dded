import { addressesOf } from '../pod.ts';
import type { Requirement } from '../requirement.ts';
import { requireError, Violation } from '../violation.ts';

const ADD = '2. Execution Protocol: ADD';
const LIFECYCLE = '3. Lifecycle & Ordering';
/** Containers that are attached at once. */
const AT_ONCE = 12;

export const add: readonly Requirement[] = [
  {
    id: 'add-interface',
    section: ADD,
    text: 'The interface CNI_IFNAME is in CNI_NETNS after ADD, and up',
    async run(trial) {
      const pod = await trial.pod();
      await pod.add('net1');
      const link = await pod.link('net1');
      if (!link?.flags.includes('UP')) {
        throw new Violation('net1 in the namespace, up', JSON.stringify(await pod.links()));
      }
    },
  },
  {
    id: 'add-interface-exists',
    section: ADD,
    text: 'If an interface of the requested name exists already, ADD fails and leaves it alone',
    async run(trial) {
      const pod = await trial.pod();
      await pod.sh('ip link add eth0 type veth peer name other && ip addr add 198.51.100.1/32 dev eth0');
      const { last } = await pod.tryAdd();
      requireError(last, 'ADD over an interface that exists');
      const kept = addressesOf(await pod.link());
      if (kept.join() !== '198.51.100.1/32')
        throw new Violation('eth0 as it was', kept.join() || 'no address');
    },
  },
  {
    id: 'add-netns-missing',
    section: ADD,
    text: 'ADD into a namespace that does not exist fails and keeps nothing after its DEL',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      await pod.removeNetns();
      requireError((await pod.tryAdd()).last, 'ADD without the namespace');
      await pod.del();
      await trial.settled(before);
    },
  },
  {
    id: 'add-two-interfaces',
    section: ADD,
    text: 'A container may be attached more than once, each time with another CNI_IFNAME; DEL of one keeps the other',
    async run(trial) {
      const before = trial.traces();
      const pod = await trial.pod();
      await pod.add('eth0');
      await pod.add('net1');
      const [first, second] = [addressesOf(await pod.link('eth0')), addressesOf(await pod.link('net1'))];
      if (first.length === 0 || second.length === 0 || first.some((address) => second.includes(address))) {
        throw new Violation(
          'addresses of their own',
          `eth0 ${first.join() || 'none'}, net1 ${second.join() || 'none'}`,
        );
      }
      await pod.del('net1');
      const kept = addressesOf(await pod.link('eth0'));
      if (kept.join() !== first.join())
        throw new Violation(`eth0 with ${first.join()}`, kept.join() || 'none');
      await pod.del('eth0');
      await trial.settled(before);
    },
  },
  {
    id: 'add-concurrently',
    section: LIFECYCLE,
    text: `${AT_ONCE} containers are attached at once, each with addresses of its own`,
    once: true,
    async run(trial) {
      const before = trial.traces();
      const pods = [];
      for (let i = 0; i < AT_ONCE; i++) pods.push(await trial.pod());
      await Promise.all(pods.map((pod) => pod.add()));
      const addresses = (await Promise.all(pods.map((pod) => pod.link()))).map(addressesOf);
      const all = addresses.flat();
      if (addresses.some((own) => own.length === 0) || new Set(all).size < all.length) {
        throw new Violation(`${AT_ONCE} different addresses`, all.toSorted().join(' '));
      }
      await Promise.all(pods.map((pod) => pod.del()));
      await trial.settled(before);
    },
  },
];
