/**
 * Checks that each folder of src/ imports only from folders above it in the list below, and that each
 * folder is entered through its index.ts. The picture of the same list is in docs/architecture.md.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './tracked-files.ts';

/** From the ground up: a folder may import from those before it. */
export const LAYERS = [
  'kernel',
  'ip',
  'ipc',
  'stats',
  'ipam',
  'kube',
  'cni',
  'datapath',
  'agent',
  'operator',
  'in-cluster',
  'runtime',
  'measure',
  'traffic',
  'scenario',
  'sim',
  'networks',
  'substrate',
  'run',
  'shard',
  'compare',
  'history',
  'report',
  'bench',
  'connectivity',
  'conformance',
  'nightly',
  'cli',
] as const;

function main(): void {
  const problems: string[] = [];
  for (const file of globSync('src/**/*.ts', { cwd: ROOT })) {
    const from = file.split(path.sep)[1] ?? '';
    const rank = LAYERS.indexOf(from as (typeof LAYERS)[number]);
    if (rank < 0) {
      problems.push(`${file}: folder src/${from} is not in the list of layers (lab/checks/layers.ts)`);
      continue;
    }
    const isTest = file.endsWith('.test.ts');
    const text = readFileSync(path.join(ROOT, file), 'utf8');
    for (const match of text.matchAll(/^(?:import|export)[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm)) {
      const target = path.relative(ROOT, path.resolve(ROOT, path.dirname(file), match[1] ?? match[2] ?? ''));
      const to = target.split(path.sep)[1] ?? '';
      if (!target.startsWith('src') || to === from) continue;
      if (!isTest && LAYERS.indexOf(to as (typeof LAYERS)[number]) > rank) {
        problems.push(`${file}: src/${from} must not import src/${to}, which lies above it`);
      }
      if (!isTest && !/^src\/([^/]+\/)+index\.ts$/.test(target)) {
        problems.push(`${file}: import src/${to}/index.ts instead of ${target}`);
      }
    }
  }
  for (const line of problems) console.error(line);
  console.log(problems.length === 0 ? 'layers: ok' : `layers: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
