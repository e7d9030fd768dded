import fs from 'node:fs';
import path from 'node:path';
import { PLUGIN_TYPE } from '../../cni/index.ts';

/** Folders of a node where container runtimes look, below the folder that they are mounted in. */
export const BIN_DIR = 'opt/cni/bin';
export const CONFIG_DIR = 'etc/cni/net.d';
/** The agent writes it as soon as its node has addresses (src/agent/conflist.ts). */
export const CONFLIST = '10-churnlab.conflist';
/** What runtimes read as configurations (libcni ConfFiles). */
const CONFIG_SUFFIXES = ['.conf', '.conflist', '.json'];
/** Behind the name of another network's configuration: no runtime reads it then. */
export const SAVED = '.churnlab-saved';

/**
 * Puts the plugin on a node, whole or not at all, also while it is being executed, and takes the configurations of other
 * networks out of the runtimes' sight. Can be repeated at any time.
 * @param host folder that holds the node's folders
 * @returns what was done, one line each
 */
export function install(
  host: string,
  plugin: string,
  { exclusive }: { readonly exclusive: boolean },
): readonly string[] {
  const done: string[] = [];
  const target = path.join(host, BIN_DIR, PLUGIN_TYPE);
  const program = fs.readFileSync(plugin);
  if (!isSame(target, program)) {
    replaceFile(target, program, 0o755);
    done.push(`installed ${target}`);
  }
  if (!exclusive) return done;
  const folder = path.join(host, CONFIG_DIR);
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    if (name === CONFLIST || !CONFIG_SUFFIXES.includes(path.extname(name))) continue;
    fs.renameSync(path.join(folder, name), path.join(folder, `${name}${SAVED}`));
    done.push(`put ${name} aside`);
  }
  return done;
}

function isSame(file: string, content: Uint8Array): boolean {
  try {
    return fs.readFileSync(file).equals(content);
  } catch {
    return false;
  }
}

/** A program that runs cannot be written to (ETXTBSY), and half of one must never be there: it is replaced by a rename. */
function replaceFile(file: string, content: Uint8Array, mode: number): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.new`;
  fs.rmSync(temporary, { force: true });
  const fd = fs.openSync(temporary, 'wx', mode);
  try {
    fs.writeFileSync(fd, content);
    // The mode of open(2) is cut by the umask.
    fs.fchmodSync(fd, mode);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(temporary, file);
}
