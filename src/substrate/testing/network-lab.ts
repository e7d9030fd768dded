import path from 'node:path';
import { ensureTool } from '../../../lab/tools/index.ts';
import { networkOf } from '../../networks/index.ts';
import { type LabFields, labSpec } from '../../scenario/index.ts';
import { toolsOf } from '../index.ts';
import { TestLab } from './test-lab.ts';

/** A lab with what its network needs, built where it is not in the cache. */
export async function networkLab(fields: LabFields): Promise<TestLab> {
  const spec = labSpec(fields);
  const { plugins } = networkOf(spec).netns!;
  const folders = await Promise.all(plugins.map(async (name) => path.dirname(await ensureTool(name))));
  if (spec.cniBin !== undefined) folders.push(spec.cniBin);
  const tools = Object.fromEntries(
    await Promise.all(toolsOf(spec).map(async (name) => [name, await ensureTool(name)] as const)),
  );
  return await TestLab.up(fields, { plugins: [...new Set(folders)], tools });
}
