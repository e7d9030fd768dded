import path from 'node:path';
import { findPlugin, loadFirstNetwork } from '../cni/runtime/index.ts';
import { Chain, type ChainPlugin } from './chain.ts';
import { ConformanceError } from './conformance-error.ts';
import type { ConformanceNode } from './node.ts';

/** A network as a node has it, in any version. */
export interface NodeNetwork {
  readonly name: string;
  readonly plugins: readonly ChainPlugin[];
  inVersion(version: string): Chain;
}

/**
 * Reads the configuration that a runtime would find in the node.
 * @param cniPath folders of plugins
 * @throws ConformanceError unusable-network
 */
export function readNetwork(node: ConformanceNode, cniPath: readonly string[]): NodeNetwork {
  const folder = path.join(`/proc/${node.pid}/root`, 'etc/cni/net.d');
  const { name, plugins: configs } = loadFirstNetwork(folder);
  const plugins = configs.map(({ type, raw }) => {
    const program = findPlugin(type, cniPath);
    if (program === undefined) {
      throw new ConformanceError(
        'unusable-network',
        `Expected plugin ${type} in ${cniPath.join(':')}, found none`,
      );
    }
    return { type, program, config: raw };
  });
  return {
    name,
    plugins,
    inVersion: (version) => new Chain(node.daemon, { name, version, plugins, path: cniPath.join(':') }),
  };
}
