import { ensureTool } from '../../lab/tools/index.ts';
import { needsAnswers, needsK6, type Scenario } from '../scenario/index.ts';
import type { TrafficPrograms } from '../traffic/index.ts';

/** The programs that a scenario makes connections with, built where they are missing. @throws ToolError */
export async function trafficPrograms(
  { spec, substrate }: Scenario,
  progress: (step: string) => void,
): Promise<TrafficPrograms | undefined> {
  if (!needsAnswers(spec)) return undefined;
  const k6 = needsK6(spec) ? { k6: await ensureTool('k6', { onProgress: progress }) } : {};
  // A cluster elsewhere has them in an image that somebody has pushed.
  const there = { dialer: 'podnet-dialer', responder: 'podnet-responder' };
  return { ...(substrate === 'kubeconfig' ? there : await dialPrograms(progress)), ...k6 };
}

/** The programs that dial and that answer, built where they are missing. @throws ToolError */
export async function dialPrograms(progress: (step: string) => void): Promise<TrafficPrograms> {
  return {
    dialer: await ensureTool('podnet-dialer', { onProgress: progress }),
    responder: await ensureTool('podnet-responder', { onProgress: progress }),
  };
}
