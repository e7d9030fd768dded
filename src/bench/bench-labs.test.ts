import { expect, test } from 'vitest';
import { IPAM_MODES, SERVICES } from '../scenario/index.ts';
import { BenchLabs } from './bench-labs.ts';

test.each([...SERVICES, ...IPAM_MODES.flatMap((mode) => [`freed-${mode}`, `crowd-${mode}`])])(
  'a lab for %s has a name, whatever the number of the process',
  (purpose) => {
    const labs = new BenchLabs(() => Promise.reject(new Error('none is brought up')));
    expect(labs.name(purpose)).toBe(`bench-${purpose}-${process.pid.toString(36)}`);
  },
);

test('a purpose that is too long is refused at once', () => {
  const labs = new BenchLabs(() => Promise.reject(new Error('none is brought up')));
  expect(() => labs.name('nineteen-characters')).toThrow("Expected a lab's name");
});
