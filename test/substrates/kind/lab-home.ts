/** Folders of kind labs of tests, named after the process that made them, so that what a killed one left can be undone. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { downKind, LabDirectory } from '../../../src/substrate/index.ts';
import { isAlive, processMark } from '../../containers/test-process.ts';

const NAME = /^clb-kind-(\d+\.\d+)-/;

export function makeLabHome(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), `clb-kind-${processMark()}-`));
}

/** Takes down what test runs that have ended left of labs of this name. Needs the daemon that they were in. */
export async function sweepLabHomes(lab: string): Promise<void> {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const owner = NAME.exec(name)?.[1];
    if (owner === undefined || isAlive(owner)) continue;
    const home = path.join(os.tmpdir(), name);
    await downKind(new LabDirectory(lab, home), () => {});
    fs.rmSync(home, { recursive: true, force: true });
  }
}
