import fs from 'node:fs';
import path from 'node:path';
import { PLUGIN_TYPE } from '../../cni/index.ts';
import { BIN_DIR, CONFIG_DIR, CONFLIST, SAVED } from './install.ts';

/**
 * Takes away what install() and the agent put in the runtimes' sight, and gives back what was put aside. The plugin stays
 * while pods are attached: a runtime executes it to detach them, and with no agent it answers by itself.
 * @param host folder that holds the node's folders
 * @param links names of the node's links
 * @returns what was done, one line each
 */
export function uninstall(host: string, links: readonly string[]): readonly string[] {
  const done: string[] = [];
  const folder = path.join(host, CONFIG_DIR);
  const remove = (file: string): void => {
    if (!fs.existsSync(file)) return;
    fs.rmSync(file);
    done.push(`removed ${file}`);
  };
  // First, so that no pod is attached by us from here on.
  remove(path.join(folder, CONFLIST));
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    if (!name.endsWith(SAVED)) continue;
    const original = name.slice(0, -SAVED.length);
    fs.renameSync(path.join(folder, name), path.join(folder, original));
    done.push(`gave ${original} back`);
  }
  const attached = attachedPods(links);
  if (attached === 0) remove(path.join(host, BIN_DIR, PLUGIN_TYPE));
  else done.push(`${attached} pods are still attached: ${PLUGIN_TYPE} stays, to detach them`);
  return done;
}

/** How many pods are attached, by the names of the node's links. */
export function attachedPods(links: readonly string[]): number {
  return links.filter((link) => link.startsWith('lxc')).length;
}
