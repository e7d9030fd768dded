/** Network configurations in a directory: by name as libcni finds them, or the first as containerd takes it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CniConfigError,
  type NetworkList,
  type PluginConfig,
  parseNetworkConf,
  parseNetworkList,
  parsePlugin,
} from '../config.ts';

/**
 * The network of this name: .conflist files first, then .conf and .json, each in the order of their names
 * (libcni's LoadNetworkConf). Throws CniConfigError: a broken file ends the search, as it may be the one.
 */
export function loadNetwork(dir: string, name: string): NetworkList {
  const find = (extensions: readonly string[]) =>
    configFiles(dir, extensions)
      .map(readNetwork)
      .find((list) => list.name === name);
  const found = find(['.conflist']) ?? find(['.conf', '.json']);
  if (found) return found;
  throw new CniConfigError('not-found', dir, [`no net configuration with name "${name}"`]);
}

/** The network of the first file by name (containerd's go-cni with max_conf_num 1). Throws CniConfigError. */
export function loadFirstNetwork(dir: string): NetworkList {
  const [first] = configFiles(dir, ['.conflist', '.conf', '.json']);
  if (first !== undefined) return readNetwork(first);
  throw new CniConfigError('not-found', dir, ['no net configurations found']);
}

/** Reads one file; plugins from the folder beside it that has the network's name come after its own. */
function readNetwork(file: string): NetworkList {
  const text = read(file);
  const list = file.endsWith('.conflist') ? parseNetworkList(text, file) : parseNetworkConf(text, file);
  const plugins = [...list.plugins, ...(list.loadOnlyInlinedPlugins ? [] : pluginsBeside(file, list.name))];
  if (plugins.length === 0) throw new CniConfigError('invalid', file, ['no plugin configs found']);
  return { ...list, plugins };
}

function pluginsBeside(file: string, name: string): readonly PluginConfig[] {
  const files = configFiles(path.join(path.dirname(file), name), ['.conf']);
  return files.map((each) => parsePlugin(read(each), each));
}

function configFiles(dir: string, extensions: readonly string[]): readonly string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && extensions.includes(path.extname(entry.name)))
      .map((entry) => path.join(dir, entry.name))
      .sort();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CniConfigError('unreadable', dir, [(cause as Error).message], { cause });
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CniConfigError('unreadable', file, [(cause as Error).message], { cause });
  }
}
