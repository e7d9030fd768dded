import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DockerError, stopDocker } from '../../lab/docker/index.ts';
import { prepareKind } from '../../src/cli/prepare-kind.ts';
import { dialPrograms } from '../../src/cli/traffic-programs.ts';
import { downKind, KindLab, LabDirectory, upKind } from '../../src/substrate/index.ts';
import { CONTRACT_LAB, substrateContract } from './substrate-contract.ts';

substrateContract(async () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-kind-'));
  const directory = new LabDirectory('contract', home);
  const down = async (): Promise<void> => {
    await downKind(directory, () => {});
    await stopDocker();
    fs.rmSync(home, { recursive: true, force: true });
  };
  try {
    const options = await prepareKind('the test', CONTRACT_LAB, { install: false }, () => {});
    await upKind(directory, CONTRACT_LAB, options);
    const lab = await KindLab.open('contract', home);
    const dispose = async (): Promise<void> => {
      await lab[Symbol.asyncDispose]();
      await down();
    };
    return { lab, programs: await dialPrograms(() => {}), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await down();
    const cannot = error instanceof DockerError && (error.code === 'no-docker' || error.code === 'not-root');
    if (cannot) return { skip: error.message };
    throw error;
  }
});
