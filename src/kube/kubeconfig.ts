import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';

/** A context of one or several kubeconfig files, which are merged as kubectl merges them. */
export interface KubeconfigContext {
  /** The first file that has a value wins. */
  readonly files: readonly string[];
  readonly context: string;
}

/**
 * Which cluster is meant, by kubectl's rules: the file that was named, else those of KUBECONFIG, else ~/.kube/config;
 * the context that was named, else the current one.
 * @throws KubeError Invalid when there is no such file, context or cluster
 */
export async function findContext(
  asked: { readonly kubeconfig?: string | undefined; readonly context?: string | undefined },
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<KubeconfigContext> {
  const files = filesOf(asked.kubeconfig, environment);
  const config = await loadKubeconfig(files, asked.context);
  return { files, context: config.getCurrentContext() };
}

function filesOf(
  named: string | undefined,
  { KUBECONFIG = '', HOME = homedir() }: Readonly<Record<string, string | undefined>>,
): string[] {
  if (named !== undefined) return [path.resolve(named)];
  const listed = KUBECONFIG.split(path.delimiter).filter(Boolean);
  // A file of the list may be missing; kubectl leaves it out.
  const there = listed.map((file) => path.resolve(file)).filter((file) => existsSync(file));
  if (there.length > 0) return there;
  const usual = path.join(HOME, '.kube/config');
  if (listed.length === 0 && existsSync(usual)) return [usual];
  const places = listed.length > 0 ? listed.join(', ') : `--kubeconfig, KUBECONFIG or ${usual}`;
  throw new KubeError(0, 'Invalid', `Expected a kubeconfig file (${places}), found none`);
}

/** @throws KubeError Invalid when a file cannot be read, or there is no such context, or it has no cluster */
export async function loadKubeconfig(files: readonly string[], context?: string): Promise<KubeConfig> {
  // Loaded only here: its models take longer to import than a small process takes to start.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const read = (file: string): KubeConfig => {
    try {
      const config = new KubeConfig();
      config.loadFromString(readFileSync(file, 'utf8'));
      config.makePathsAbsolute(path.dirname(path.resolve(file)));
      return config;
    } catch (cause) {
      throw new KubeError(0, 'Invalid', `kubeconfig ${file}: ${(cause as Error).message}`, { cause });
    }
  };
  const [first, ...others] = files.map(read);
  if (first === undefined) throw new KubeError(0, 'Invalid', 'Expected a kubeconfig file, got none');
  for (const other of others) merge(first, other);
  if (context !== undefined) first.setCurrentContext(context);
  if (!first.getCurrentCluster()) {
    const asked = context ?? (first.getCurrentContext() || 'current-context');
    throw new KubeError(0, 'Invalid', `kubeconfig ${files.join(', ')}: no cluster for context ${asked}`);
  }
  return first;
}

/** As kubectl has it: whatever an earlier file has stays. The library's own merge refuses what both have. */
function merge(into: KubeConfig, from: KubeConfig): void {
  const isNew = (there: readonly { readonly name: string }[], { name }: { readonly name: string }): boolean =>
    !there.some((each) => each.name === name);
  for (const each of from.getClusters()) if (isNew(into.getClusters(), each)) into.addCluster(each);
  for (const each of from.getUsers()) if (isNew(into.getUsers(), each)) into.addUser(each);
  for (const each of from.getContexts()) if (isNew(into.getContexts(), each)) into.addContext(each);
  if (!into.getCurrentContext()) into.setCurrentContext(from.getCurrentContext());
}
