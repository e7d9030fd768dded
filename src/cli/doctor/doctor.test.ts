import { expect, test } from 'vitest';
import { type Capability, no, unknown, yes } from './capability.ts';
import { CAPABILITIES, examine, isReady } from './examine.ts';
import { cgroup2Mount } from './kernel.ts';
import { findKernelOption, type KernelFacts } from './kernel-option.ts';
import { renderExamined } from './render.ts';
import { availableMemory, openFilesLimit } from './resources.ts';

const plain = { yes: String, no: String, unknown: String, dim: String };
const machine: Capability[] = [
  { name: 'netns', purpose: 'nodes', get: 'be root', required: true, probe: () => yes('can be made') },
  { name: 'IPVS', purpose: '--services ipvs', get: 'a kernel with it', probe: async () => no('not there') },
  {
    name: 'tcx',
    purpose: 'datapath',
    get: 'kernel 6.6',
    required: true,
    probe: () => unknown('not root (uid 7)'),
  },
];

test('prints what is there, and for each gap what it is for and how to close it', async () => {
  expect(renderExamined(await examine(machine), plain)).toBe(`netns  yes      can be made
IPVS   no       not there
       for: --services ipvs
       get: a kernel with it
tcx    unknown  not root (uid 7)
       for: datapath (the default lab needs it)
       get: kernel 6.6

Nothing is known to be missing for the default lab; not known: tcx
`);
});

test('a lab that cannot come up is said to lack what it needs', async () => {
  const examined = await examine([{ ...(machine[0] as Capability), probe: () => no('EPERM') }]);
  expect(isReady(examined)).toBe(false);
  expect(renderExamined(examined, plain)).toMatch('The default lab cannot come up here: netns\n');
});

test('a probe that breaks is an unknown, not a crash', async () => {
  const broken: Capability = { ...(machine[0] as Capability), probe: () => JSON.parse('{') };
  const [first] = await examine([broken]);
  expect(first?.answer).toBe('unknown');
  expect(isReady([first as never])).toBe(true);
});

test('names and advice are there once for each capability', () => {
  expect(new Set(CAPABILITIES.map(({ name }) => name)).size).toBe(CAPABILITIES.length);
  for (const { name, purpose, get } of CAPABILITIES) expect([purpose, get], name).not.toContain('');
});

test.each([
  ['loaded', { isLoaded: () => true }, 'present'],
  ['built in, by its configuration', { config: 'CONFIG_IP_VS=y\n' }, 'present'],
  ['built in, by the list of modules', { builtin: 'kernel/net/netfilter/ipvs/ip_vs.ko\n' }, 'present'],
  [
    'a module',
    { modules: 'kernel/net/netfilter/ipvs/ip-vs.ko.xz: a.ko\n', config: 'CONFIG_IP_VS=m\n' },
    'loadable',
  ],
  ['a module whose file is not here', { config: 'CONFIG_IP_VS=m\n' }, 'absent'],
  ['left out', { config: '# CONFIG_IP_VS is not set\nCONFIG_IP_VS_RR=y\n' }, 'absent'],
  ['untold', {}, 'unknown'],
] as const)('a part of the kernel that is %s', (_what, facts: Partial<KernelFacts>, answer) => {
  expect(findKernelOption('IP_VS', 'ip_vs', { isLoaded: () => false, ...facts })).toBe(answer);
});

test('finds cgroup v2 alone and beside v1', () => {
  const beside = 'cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\nnone /sys/fs/cgroup/unified cgroup2 rw 0 0\n';
  expect(cgroup2Mount(beside)).toBe('/sys/fs/cgroup/unified');
  expect(cgroup2Mount('cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n')).toBe('/sys/fs/cgroup');
  expect(cgroup2Mount('tmpfs /tmp tmpfs rw 0 0\n')).toBeUndefined();
});

test('reads limits as the kernel writes them', () => {
  expect(availableMemory('MemTotal: 8 kB\nMemAvailable:       3 kB\n')).toBe(3072);
  expect(availableMemory('')).toBeUndefined();
  expect(openFilesLimit('Max open files            1024                 20000                files\n')).toBe(
    20000,
  );
  expect(openFilesLimit('Max open files  1024  unlimited  files\n')).toBe(Number.POSITIVE_INFINITY);
});
