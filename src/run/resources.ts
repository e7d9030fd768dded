import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNs, type Recorder } from '../measure/index.ts';
import type { Lab, ProcessStatus } from '../substrate/index.ts';

const EVERY_MS = 1000;
const AGENT = /^agent/;

/** Clocks CPU and memory of the agents once a second until `signal` fires. */
export async function watchResources(lab: Lab, recorder: Recorder, signal: AbortSignal): Promise<void> {
  let before = new Map<string, { readonly at: number; readonly status: ProcessStatus }>();
  while (!signal.aborted) {
    const at = monotonicNs();
    const now = new Map(
      (await lab.processes().catch(() => [])).map((status) => [status.name, { at, status }]),
    );
    for (const [name, { status }] of now) {
      if (!AGENT.test(name) || status.pid === 0) continue;
      recorder.append({ metric: 'agent.rss', ns: status.rssBytes, at, ok: true, labels: { process: name } });
      const last = before.get(name);
      if (last?.status.pid !== status.pid) continue;
      const cores = ((status.cpuSeconds - last.status.cpuSeconds) * 1e9) / (at - last.at);
      recorder.append({ metric: 'agent.cpu', ns: cores, at, ok: true, labels: { process: name } });
    }
    before = now;
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {});
  }
}
