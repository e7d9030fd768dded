import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import {
  deleteIfThere,
  getIfThere,
  type KubeClient,
  LEASES,
  type Leadership,
  type Lease,
  lead,
} from '../../kube/index.ts';
import { LabError } from '../lab-error.ts';
import { processStat } from '../process-stat.ts';

/** Name of the Lease in a lab's own namespace that a run has while it goes on. */
const LEASE = 'run';
const LEASE_SECONDS = 60;

/** Who holds: `host/boot/pid/start/...`, so that a process of this machine can be looked for. */
function ownIdentity(): string {
  return [os.hostname(), bootId(), process.pid, startOf(process.pid), randomBytes(2).toString('hex')].join(
    '/',
  );
}

/**
 * Says that a run goes on in the lab, until the result is disposed of or this process ends.
 * @throws LabError busy when another one does
 */
export async function holdLab(client: KubeClient, root: string): Promise<Leadership> {
  if (await isHeld(client, root)) {
    throw new LabError(
      'busy',
      `Another run goes on in lab ${root}: wait for its end, or take another --name`,
    );
  }
  // Nobody renews what is there: it is taken away rather than waited for.
  await deleteIfThere(client, LEASES, LEASE, root);
  const held = await lead(
    {
      ...{ client, namespace: root, name: LEASE, identity: ownIdentity() },
      ...{ leaseSeconds: LEASE_SECONDS, renewDeadlineMs: LEASE_SECONDS * 900, retryMs: 10_000 },
    },
    AbortSignal.timeout(LEASE_SECONDS * 1000),
  );
  if (held) return held;
  throw new LabError('busy', `Another run has just begun in lab ${root}: wait for its end`);
}

/**
 * Whether a run goes on in a lab. One of this machine does as long as its process lives; of another machine's it is
 * known by its Lease, which is then no older than two minutes, if the machines' clocks agree that far.
 */
export async function isHeld(client: KubeClient, root: string): Promise<boolean> {
  const lease = await leaseOf(client, root);
  const { holderIdentity = '', renewTime = '', leaseDurationSeconds = 0 } = lease?.spec ?? {};
  if (holderIdentity === '') return false;
  const [host, boot, pid, start] = holderIdentity.split('/');
  if (host === os.hostname() && boot === bootId()) return startOf(Number(pid)) === start;
  return Date.now() < Date.parse(renewTime) + 2 * leaseDurationSeconds * 1000;
}

/** Whether a run has ever gone on there. */
export async function wasHeld(client: KubeClient, root: string): Promise<boolean> {
  return (await leaseOf(client, root)) !== undefined;
}

function leaseOf(client: KubeClient, root: string): Promise<Lease | undefined> {
  return getIfThere<Lease>(client, LEASES, LEASE, root);
}

/** Of this boot of this machine; containers of a machine share it, their process ids do not. */
function bootId(): string {
  const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot}:${fs.readlinkSync('/proc/self/ns/pid')}`;
}

/** When a process began, in ticks since boot (proc(5), field 22 of stat); empty when there is none. */
function startOf(pid: number): string {
  return processStat(pid)?.field(22) ?? '';
}
