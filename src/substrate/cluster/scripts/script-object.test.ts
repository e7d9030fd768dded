import { expect, test } from 'vitest';
import { jobOf, type ScriptParts, testRunOf } from './script-object.ts';

const PARTS: ScriptParts = {
  script: {
    name: 'k6-script-0',
    image: 'k6:1',
    beside: { name: 'run/client', node: 'worker', netns: '', isPod: true },
    archive: Buffer.from('tar'),
    config: '{}',
    args: ['--no-usage-report', '--summary-export', '/run/podnet/summary.json'],
  },
  dialling: { by: 'folder', path: '/run/churnlab', onNode: '/churnlab' },
  dialerImage: 'responder:1',
  socket: '/run/churnlab/run.k6-script-0.sock',
};

test('a Job has k6 and its dialer side by side, on the node that is asked for', () => {
  const { resource, job, spec } = jobOf(PARTS);
  expect([resource.kind, job]).toEqual(['Job', 'k6-script-0']);
  expect(spec).toMatchObject({
    backoffLimit: 0,
    template: {
      spec: {
        nodeName: 'worker',
        restartPolicy: 'Never',
        containers: [
          { name: 'dialer', command: ['podnet-dialer', '--socket', PARTS.socket] },
          {
            name: 'k6',
            args: ['run', '--quiet', '--address', '', ...PARTS.script.args, '/script/script.tar'],
          },
        ],
      },
    },
  });
});

test('a TestRun has one runner, which starts by itself; its dialer outlives k6', () => {
  const { resource, job, spec } = testRunOf(PARTS);
  expect([resource.group, resource.kind, job]).toEqual(['k6.io', 'TestRun', 'k6-script-0-1']);
  expect(spec).toMatchObject({
    parallelism: 1,
    script: { configMap: { name: 'k6-script-0', file: 'script.tar' } },
    arguments: '--no-usage-report --summary-export /run/podnet/summary.json',
    paused: 'false',
    runner: {
      image: 'k6:1',
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['worker'] }] },
            ],
          },
        },
      },
      initContainers: [
        {
          name: 'dialer',
          restartPolicy: 'Always',
          command: ['podnet-dialer', '--socket', PARTS.socket, '--linger', '20s'],
        },
      ],
    },
  });
});

test('both mount the script, and what the dialer shares', () => {
  const [job, run] = [jobOf(PARTS).spec, testRunOf(PARTS).spec] as [
    { template: { spec: { volumes: object[]; containers: { volumeMounts: object[] }[] } } },
    { runner: { volumes: object[]; volumeMounts: object[] } },
  ];
  const { volumes, containers } = job.template.spec;
  expect(volumes).toEqual([
    { name: 'podnet', hostPath: { path: '/churnlab', type: 'Directory' } },
    { name: 'script', configMap: { name: 'k6-script-0' } },
  ]);
  expect(run.runner.volumes).toEqual(volumes);
  expect(run.runner.volumeMounts).toEqual(containers[1]!.volumeMounts);
});
