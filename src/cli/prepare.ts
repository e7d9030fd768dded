import path from 'node:path';
import { requireRoot, setUp } from '../../lab/setup/index.ts';
import { ensureTool } from '../../lab/tools/index.ts';
import { networkOf } from '../networks/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import { checkSpec, type LabTool, toolsOf, type UpOptions } from '../substrate/index.ts';

/**
 * Everything a netns lab needs on this machine, installed and compiled where it is missing.
 * @throws SetupError, ToolError, LabError bad-spec
 */
export async function prepare(
  command: string,
  spec: LabSpec,
  install: boolean,
  progress: (step: string) => void,
): Promise<UpOptions> {
  checkSpec(spec);
  requireRoot(command);
  const { native } = await setUp({ substrate: 'netns', install, report: progress });
  const plugin = native.get('churnlab-cni')!;
  const cniPath = [path.dirname(plugin)];
  const { netns, unknowns = [] } = networkOf(spec);
  // Plugins that were brought along come before ours of the same name.
  if (spec.cniBin !== undefined) cniPath.push(path.resolve(spec.cniBin));
  for (const name of netns?.plugins ?? []) {
    const folder = path.dirname(await ensureTool(name, { onProgress: progress }));
    if (!cniPath.includes(folder)) cniPath.push(folder);
  }
  for (const line of unknowns) progress(`network ${spec.network}: ${line}`);
  const tools: Partial<Record<LabTool, string>> = {};
  for (const tool of toolsOf(spec)) tools[tool] = await ensureTool(tool, { onProgress: progress });
  return {
    binaries: {
      nsd: native.get('churnlab-nsd')!,
      bpfObject: native.get('churnlab.bpf.o')!,
      servicesObject: native.get('services.bpf.o')!,
    },
    cniPath,
    tools,
    progress,
  };
}
