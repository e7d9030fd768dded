import path from 'node:path';
import { requireRoot, setUp } from '../../lab/setup/index.ts';
import { ensureTool, ensureToolFolder } from '../../lab/tools/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import { checkSpec, type LabTool, toolsOf, type UpOptions } from '../substrate/index.ts';

/** Reference plugins that each network needs. */
const REFERENCE = {
  bridge: ['bridge', 'host-local', 'portmap', 'loopback'],
  ptp: ['ptp', 'host-local', 'portmap', 'loopback'],
} as const;

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
  if (spec.network === 'bridge' || spec.network === 'ptp') {
    const names = REFERENCE[spec.network] as unknown as [string, ...string[]];
    cniPath.push(await ensureToolFolder(names, { onProgress: progress }));
  }
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
