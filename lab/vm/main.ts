/**
 * Kernel tests on another kernel: `npm run test:vm -- [--kernel NAME] [FILES]`. Without files those that say most about
 * a kernel in the least time: netlink, namespaces, BPF programs and both datapaths.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../setup/index.ts';
import { bootLabMachine, NODE } from './lab-machine.ts';
import { Port } from './port.ts';

const SMOKE = [
  'src/kernel/netlink',
  'src/kernel/nsd',
  'src/kernel/bpf',
  'src/datapath/bpf',
  'src/datapath/translated',
  'src/datapath/services/programs',
];
const ANSWER_MS = 60_000;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const report = (line: string): void => void process.stderr.write(`churnlab: ${line}\n`);

/** Returns the exit code of the tests. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { kernel: { type: 'string', default: 'distribution' } },
  });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clb-vm-'));
  try {
    await bootLabMachine(folder, { kernel: values.kernel, shares: [], install: true, report });
    using port = await Port.open(folder);
    if (!(await port.answers(ANSWER_MS))) throw new Error('The virtual machine does not answer');
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
    const files = positionals.length > 0 ? positionals : SMOKE;
    const code = await port.run({
      argv: [NODE, vitest, 'run', '--project', 'kernel', ...files],
      cwd: ROOT,
      env: { PATH, CI: 'true', NO_COLOR: '1' },
    });
    await port.powerOff();
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
