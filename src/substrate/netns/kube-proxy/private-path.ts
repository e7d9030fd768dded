import fs from 'node:fs';
import path from 'node:path';
import { LabError } from '../../lab-error.ts';
import { SYSTEM_PATH } from '../processes.ts';
import type { IptablesVariant } from './mode.ts';

/** What kube-proxy calls, and the one program that is behind all of them (xtables-multi decides by its name). */
const NAMES = ['iptables', 'ip6tables'].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/usr/local/sbin'];

/**
 * A PATH on which `iptables` is the wanted one of the two, whatever the machine's own choice is: a folder of links in
 * front of the system's. The machine's alternatives stay untouched.
 * @param directory where the folder of links is made
 * @throws LabError not-possible-here when the machine lacks that variant
 */
export function privatePath(directory: string, variant: IptablesVariant): string {
  const program = `xtables-${variant}-multi`;
  const target = FOLDERS.map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
  if (target === undefined) {
    const message = `Expected ${program} in ${FOLDERS.join(', ')}, found none: install iptables (npm run lab:up does, where there is apt)`;
    throw new LabError('not-possible-here', message);
  }
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of NAMES) {
    const link = path.join(directory, name);
    fs.rmSync(link, { force: true });
    fs.symlinkSync(target, link);
  }
  return `${directory}:${SYSTEM_PATH}`;
}
