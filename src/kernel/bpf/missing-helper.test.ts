import { expect, test } from 'vitest';
import { KernelError } from '../errno.ts';
import { ObjectLoadError } from './errors.ts';
import { missingHelper } from './missing-helper.ts';

const refused = (log: string) => new ObjectLoadError('load', new KernelError('load', 22), [], log);

test.each([
  'invalid func unknown#163',
  'unknown func bpf_check_mtu#163',
  'program of this type cannot use helper: unknown func bpf_check_mtu#163',
])('a helper that the kernel lacks is named with the kernel that brought it: %s', (line) => {
  const error = missingHelper(refused(`0: (85) call\n${line}\nprocessed 1 insns\n`));
  expect(error).toMatchObject({ feature: 'the BPF helper bpf_check_mtu', minimumKernel: '5.12' });
  expect(error?.message).toBe(
    'the BPF helper bpf_check_mtu is not supported by this kernel (requires >= 5.12)',
  );
});

test('any other refusal stays what it is', () => {
  expect(missingHelper(refused('R1 invalid mem access'))).toBeUndefined();
  expect(missingHelper(refused('invalid func unknown#9999'))).toBeUndefined();
});
