import { ensureTool } from '../../lab/tools/index.ts';
import { answeringPhases, needsK6, type Scenario } from '../scenario/index.ts';
import type { TrafficPrograms } from '../traffic/index.ts';

/** The programs that a scenario makes connections with, built where they are missing. @throws ToolError */
export async function trafficPrograms(
  { spec }: Scenario,
  progress: (step: string) => void,
): Promise<TrafficPrograms | undefined> {
  if (answeringPhases(spec).length === 0) return undefined;
  const build = (name: string) => ensureTool(name, { onProgress: progress });
  return {
    dialer: await build('podnet-dialer'),
    responder: await build('podnet-responder'),
    ...(needsK6(spec) && { k6: await build('k6') }),
  };
}
