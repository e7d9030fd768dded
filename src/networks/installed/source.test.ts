import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LabFields, labSpec } from '../../scenario/index.ts';
import { networkOf, networkProblems } from '../index.ts';
import { sourceOf } from './source.ts';

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-source-'));
  fs.mkdirSync(path.join(folder, 'acme'));
  fs.writeFileSync(path.join(folder, 'acme/Chart.yaml'), '');
  fs.writeFileSync(path.join(folder, 'acme.tar'), '');
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

test.each([
  ['helm:./acme', './acme', undefined],
  ['helm:cilium/cilium@1.19.0', 'cilium/cilium', '1.19.0'],
  ['helm:oci://example.org/charts/acme@v2.0.0-rc.1', 'oci://example.org/charts/acme', 'v2.0.0-rc.1'],
  ['helm:./me@home/acme', './me@home/acme', undefined],
] as const)('%s is a chart', (network, chart, version) => {
  const source = sourceOf({ network, networkValues: ['a.yaml'], networkSet: ['b=c'] });
  expect(source).toEqual({
    kind: 'chart',
    chart,
    ...(version && { version }),
    values: ['a.yaml'],
    set: ['b=c'],
  });
});

test.each([
  ['helm:cilium/cilium@1.19.0', 'cilium'],
  ['helm:./charts/acme-1.2.3.tgz', 'acme'],
  ['manifest:/some/where/kube-acme.yml', 'kube-acme'],
] as const)('%s is called %s', (network, name) => {
  expect(networkOf({ network })).toMatchObject({ name, ipam: 'unknown', process: 'agent' });
});

const problemsOf = (fields: LabFields, substrate: 'kind' | 'netns' = 'kind') => {
  const lab = labSpec({ ipam: { mode: 'kcm' }, ...fields });
  const problems = networkProblems({ substrate, spec: { lab, phases: [], faults: [] } as never });
  return problems.map(({ path: field, message }) => [field.slice(2).join('.'), message]);
};

test('what is not there is said with the field that names it', () => {
  const network = `helm:${folder}/acme` as const;
  expect(problemsOf({ network, imageArchives: `${folder}/acme.tar` })).toEqual([]);
  expect(
    problemsOf({ network: `helm:${folder}`, networkValues: `${folder}/none.yaml`, imageArchives: [folder] }),
  ).toEqual([
    ['network', `expected a chart, found none at ${folder}`],
    ['networkValues.0', `expected a file with values of the chart, found none at ${folder}/none.yaml`],
    ['imageArchives.0', `expected an archive of images, found none at ${folder}`],
  ]);
  expect(problemsOf({ network: `manifest:${folder}` })[0]![1]).toContain('a folder of such files');
  // Only Helm knows what it finds by itself.
  expect(problemsOf({ network: 'helm:cilium/cilium' })).toEqual([]);
});

test('what makes no sense with it is said: other modes, our Services, running out of addresses, another substrate', () => {
  const network = `helm:${folder}/acme` as const;
  const of = (fields: LabFields, substrate?: 'netns') =>
    problemsOf({ network, ...fields }, substrate).map(([field]) => field);
  expect(of({ ipam: { mode: 'cluster-pool' } })).toEqual(['ipam.mode']);
  expect(of({ services: 'ebpf' })).toEqual(['services']);
  expect(of({ services: 'network' })).toEqual([]);
  expect(of({ ipam: { mode: 'kcm', allowExhaustion: true } })).toEqual(['ipam.allowExhaustion']);
  expect(of({}, 'netns')).toEqual(['network']);
});
