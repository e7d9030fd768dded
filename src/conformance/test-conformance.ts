import os from 'node:os';
import { CURRENT_VERSION, PLUGIN_VERSIONS } from '../cni/index.ts';
import type { ChainAnswer } from './chain.ts';
import { ConformanceError } from './conformance-error.ts';
import { knownDeviation } from './known-deviations.ts';
import type { ConformanceNode } from './node.ts';
import { type NodeNetwork, readNetwork } from './read-network.ts';
import { absence, type Requirement } from './requirement.ts';
import { type ConformanceResult, type Finding, type RequirementResult, totalsOf } from './result.ts';
import { type Traces, Trial } from './trial.ts';
import { NotApplicable, objectIn, succeeded, Violation } from './violation.ts';

export interface ConformanceOptions {
  readonly node: ConformanceNode;
  /** Folders of plugins. */
  readonly cniPath: readonly string[];
  /** Those that {@link requirementsLike} found. */
  readonly requirements: readonly Requirement[];
  readonly progress: (step: string) => void;
  /** Ends it early, between two requirements. */
  readonly signal?: AbortSignal;
}

/**
 * Asks the network of a node for what the specification asks for, in every version that all of its plugins support.
 * @throws ConformanceError, or the signal's reason
 */
export async function testConformance(options: ConformanceOptions): Promise<ConformanceResult> {
  const { node, cniPath, progress, signal } = options;
  const network = readNetwork(node, cniPath);
  const versions = await versionsOf(network);
  let next = 1;
  const newId = (): string => `conformance-${next++}`;
  let clean = await warmUp(new Trial(node, network.inVersion(versions.at(-1)!), newId));
  const requirements: RequirementResult[] = [];
  for (const requirement of options.requirements) {
    const { id, section, text } = requirement;
    progress(`${section}: ${id}`);
    const findings: Finding[] = [];
    for (const version of versions) {
      signal?.throwIfAborted();
      const why = absence(requirement, version, versions.at(-1)!);
      if (why !== undefined) {
        findings.push({ version, ...absent(why) });
        continue;
      }
      const trial = new Trial(node, network.inVersion(version), newId);
      const finding = await ask(requirement, trial, clean);
      // What one requirement found to be left is not held against the next.
      if (finding.status !== 'pass') clean = await trial.steady();
      findings.push({ version, ...finding });
    }
    requirements.push({ id, section, text, findings });
  }
  return {
    network: network.name,
    plugins: network.plugins.map(({ type }) => type),
    kernel: os.release(),
    versions,
    requirements,
    totals: totalsOf(requirements),
  };
}

/** Of the versions that are asked those that every plugin answers to VERSION, oldest first. */
async function versionsOf(network: NodeNetwork): Promise<readonly string[]> {
  const chain = network.inVersion(CURRENT_VERSION);
  const lists: unknown[] = [];
  for (const plugin of chain.plugins) {
    const stdin = JSON.stringify({ cniVersion: CURRENT_VERSION });
    lists.push(objectIn(await chain.call(plugin, 'VERSION', undefined, { stdin }))?.supportedVersions);
  }
  const common = PLUGIN_VERSIONS.filter((version) =>
    lists.every((list) => Array.isArray(list) && list.includes(version)),
  );
  if (common.length > 0) return common;
  throw new ConformanceError(
    'unusable-network',
    `Expected plugins that share one of ${PLUGIN_VERSIONS.join(', ')}, got ${JSON.stringify(lists)}`,
  );
}

/** The first pod of a node makes what stays: a bridge, chains of rules, folders. */
async function warmUp(trial: Trial): Promise<Traces> {
  const { last } = await attachOnce(trial);
  if (succeeded(last)) return await trial.steady();
  const why = `${last.plugin}: ${last.stdout || last.stderr}`;
  throw new ConformanceError('unusable-network', `The network cannot attach a pod: ${why}`);
}

async function attachOnce(trial: Trial): Promise<ChainAnswer> {
  await using _ = trial;
  return await (await trial.pod()).tryAdd();
}

/** @param clean what the node holds when there are no pods: after each requirement it holds the same */
async function ask(requirement: Requirement, trial: Trial, clean: Traces): Promise<Omit<Finding, 'version'>> {
  try {
    await run(requirement, trial);
    await trial.settled(clean);
    return { status: 'pass' };
  } catch (error) {
    if (error instanceof NotApplicable) return absent(error.message);
    if (!(error instanceof Violation)) throw error;
    const known = knownDeviation(typesOf(trial), requirement.id, error.message);
    return known === undefined
      ? { status: 'fail', reason: error.message }
      : { status: 'deviation', reason: known.reason, found: error.message };
  }
}

/** Runs it and removes its pods. */
async function run(requirement: Requirement, trial: Trial): Promise<void> {
  await using _ = trial;
  await requirement.run(trial);
}

const absent = (reason: string): Omit<Finding, 'version'> => ({ status: 'not-applicable', reason });

/** Types of the chain and of what it delegates addresses to. */
function typesOf({ chain: { plugins } }: Trial): readonly string[] {
  return plugins.flatMap(({ type, config }) => {
    const ipam = (config.ipam as { readonly type?: string } | undefined)?.type;
    return ipam === undefined ? [type] : [type, ipam];
  });
}
