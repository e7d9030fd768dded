import { describe, expect, it } from 'vitest';
import { kernelName, looksIntoVm, vmArguments } from './vm-arguments.ts';

const words = (text: string): string[] => text.split(' ');

describe('a command for a virtual machine', () => {
  it.each([
    ['lab status --substrate vm', true],
    ['exec --substrate=vm n1 -- ip route', true],
    ['lab up --substrate vm', false],
    ['lab status', false],
    ['exec n1 -- tool --substrate vm', false],
  ])('%s: looked at inside %s', (line, expected) => {
    expect(looksIntoVm(words(line))).toBe(expected);
  });

  it.each([
    ['lab status --substrate vm --json', 'lab status --json'],
    ['exec --substrate=vm --kernel 6.12 n1 -- uname --kernel', 'exec n1 -- uname --kernel'],
    ['run a.yaml --substrate vm --kernel 6.12 --json', 'run a.yaml --substrate vm --json'],
  ])('%s: typed inside as %s', (line, expected) => {
    expect(vmArguments(words(line)).join(' ')).toBe(expected);
  });

  it('should boot the kernel that is named', () => {
    expect(kernelName(words('lab up --kernel 6.12'))).toBe('6.12');
    expect(kernelName(words('lab up --kernel=6.1'))).toBe('6.1');
    expect(kernelName(words('lab up'))).toBe('distribution');
  });
});
