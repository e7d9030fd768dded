import { dialPrograms } from '../../src/cli/traffic-programs.ts';
import { TestLab } from '../../src/substrate/testing/test-lab.ts';
import { FIELDS, substrateContract } from './substrate-contract.ts';

substrateContract(async () => {
  const programs = await dialPrograms(() => {});
  const test = await TestLab.up(FIELDS);
  return { lab: test.lab, programs, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
});
