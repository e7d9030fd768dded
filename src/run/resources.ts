import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNs, type Recorder } from '../measure/index.ts';
import type { Lab, ProcessStatus, RuntimeCost, ServiceCost } from '../substrate/index.ts';

const EVERY_MS = 1000;
/** A kubelet's metrics are long: they are looked at in every fifth round. */
const RUNTIMES_EVERY = 5;
/** What implements Services in a network's place. */
const PROXY = 'kube-proxy';

/** Clocks CPU and memory of the network's processes and of proxies once a second until `signal` fires, and what writing Services costs. */
export async function watchResources(lab: Lab, recorder: Recorder, signal: AbortSignal): Promise<void> {
  const { process = PROXY } = lab.network;
  let before = new Map<string, { readonly at: number; readonly status: ProcessStatus }>();
  let costs: readonly ServiceCost[] = [];
  let runtimes: readonly RuntimeCost[] = await lab.runtimeCosts().catch(() => []);
  for (let round = 1; !signal.aborted; round++) {
    const at = monotonicNs();
    const now = new Map(
      (await lab.processes().catch(() => [])).map((status) => [status.name, { at, status }]),
    );
    for (const [name, { status }] of now) {
      if (!(name.startsWith(process) || name.startsWith(PROXY)) || status.pid === 0) continue;
      recorder.append({ metric: 'agent.rss', ns: status.rssBytes, at, ok: true, labels: { process: name } });
      const last = before.get(name);
      if (last?.status.pid !== status.pid) continue;
      const cores = ((status.cpuSeconds - last.status.cpuSeconds) * 1e9) / (at - last.at);
      recorder.append({ metric: 'agent.cpu', ns: cores, at, ok: true, labels: { process: name } });
    }
    before = now;
    costs = await clockServices(lab, recorder, costs);
    if (round % RUNTIMES_EVERY === 0) runtimes = await clockRuntimes(lab, recorder, runtimes);
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
  }
}

async function clockServices(
  lab: Lab,
  recorder: Recorder,
  before: readonly ServiceCost[],
): Promise<readonly ServiceCost[]> {
  const at = monotonicNs();
  // Whoever is just restarted says nothing, which leaves a gap.
  const costs = await lab.serviceCosts().catch(() => before);
  for (const { node, pressure, syncs = 0, syncSeconds = 0 } of costs) {
    if (pressure !== undefined) recorder.append({ metric: 'map.pressure', ns: pressure, at, ok: true, node });
    const last = before.find((each) => each.node === node);
    const more = syncs - (last?.syncs ?? syncs);
    const mean = ((syncSeconds - (last?.syncSeconds ?? 0)) * 1e9) / more;
    // One sample for each: how they differed within a second is not known. A restarted proxy counts from 0 again.
    for (let sync = 0; sync < more; sync++) {
      recorder.append({ metric: 'proxy.sync', ns: mean, at, ok: true, node });
    }
  }
  return costs;
}

async function clockRuntimes(
  lab: Lab,
  recorder: Recorder,
  before: readonly RuntimeCost[],
): Promise<readonly RuntimeCost[]> {
  const at = monotonicNs();
  const costs = await lab.runtimeCosts().catch(() => before);
  for (const { node, metric, count, seconds } of costs) {
    const last = before.find((each) => each.node === node && each.metric === metric);
    const more = count - (last?.count ?? count);
    const mean = ((seconds - (last?.seconds ?? 0)) * 1e9) / more;
    // One sample for each, as with proxies.
    for (let i = 0; i < more; i++) recorder.append({ metric, ns: mean, at, ok: true, node });
  }
  return costs;
}
