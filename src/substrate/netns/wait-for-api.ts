import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from '../lab-error.ts';
import type { LabDirectory } from './lab-directory.ts';
import { patience } from './patience.ts';

const TIMEOUT_MS = 20_000;
const LOOK_MS = 10;

/** Resolves when the lab's API answers and its kubeconfigs are written. @throws LabError not-ready */
export async function waitForApi(lab: LabDirectory): Promise<{ readonly port: number }> {
  const deadline = Date.now() + patience(TIMEOUT_MS);
  while (Date.now() < deadline) {
    if (fs.existsSync(lab.file('api.json'))) return JSON.parse(fs.readFileSync(lab.file('api.json'), 'utf8'));
    await sleep(LOOK_MS);
  }
  throw new LabError('not-ready', `The lab's API did not answer within ${patience(TIMEOUT_MS) / 1000} s`);
}
