import { expect, test } from 'vitest';
import { kubeadmPatches } from './kubeadm-patches.ts';
import { referenceOf } from './kubernetes-images.ts';
import { COVER } from './machine-sysctls.ts';
import { baseSpec, nodeFiles } from './node-files.ts';
import { publishedImage } from './published-images.ts';
import { coveredName } from './pulled-image.ts';
import { containerdConfig } from './upstream-files.ts';

const UPSTREAM = `version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
    SystemdCgroup = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.test-handler.options]
    SystemdCgroup = true
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "upstream/pause:1"
  restrict_oom_score_adj = false
`;

test('containerd takes the pause image that is there, and no profile of the machine', () => {
  const config = containerdConfig(UPSTREAM, { pause: 'host/pause:3', runtime: undefined });
  expect(config).toContain('  sandbox_image = "host/pause:3"\n  disable_apparmor = true\n');
  expect(config).toContain('restrict_oom_score_adj = false');
  expect(config).not.toContain('BinaryName');
});

test('where limits cannot be raised every runtime has the front, and scores are restricted', () => {
  const config = containerdConfig(UPSTREAM, { pause: 'host/pause:3', runtime: '/front' });
  expect(config.match(/ {4}SystemdCgroup = true\n {4}BinaryName = "\/front"\n/g)).toHaveLength(2);
  expect(config).toContain('restrict_oom_score_adj = true');
});

test('a kind whose configuration looks otherwise is not guessed at', () => {
  expect(() => containerdConfig('version = 4', { pause: 'p', runtime: undefined })).toThrow(
    "Expected /sandbox_image = .*/ in kind's configuration of containerd",
  );
});

test("containers of pods start from runc's default, with kind's hook and without limits", () => {
  const spec = JSON.parse(baseSpec('{"process":{"rlimits":[{"type":"RLIMIT_NOFILE"}],"cwd":"/"}}'));
  expect(spec).toEqual({
    process: { cwd: '/' },
    hooks: { createContainer: [{ path: '/kind/bin/mount-product-files.sh' }] },
  });
});

test('units that start with the node are there under the name that systemd looks for', () => {
  const links = nodeFiles('1.2.3', '{"process":{}}').filter((entry) => 'link' in entry);
  expect(links).toContainEqual({
    path: 'etc/systemd/system/multi-user.target.wants/kubelet.service',
    link: '/etc/systemd/system/kubelet.service',
  });
});

test('the cover ends by becoming what it was called with', () => {
  const lines = String(COVER.text).trimEnd().split('\n');
  expect(lines[0]).toBe('#!/bin/sh');
  expect(lines.at(-1)).toBe('exec "$@"');
});

test('a reference is found by the name of the image, whatever comes before', () => {
  const references = ['host/kube-apiserver:v1', 'host/coredns/coredns:v2', 'host:5000/pause:3'];
  expect(referenceOf('coredns', references)).toBe('host/coredns/coredns:v2');
  expect(referenceOf('pause', references)).toBe('host:5000/pause:3');
  expect(() => referenceOf('etcd', references)).toThrow('Expected kubeadm to name an image etcd, got host/');
});

test('published images are pinned, and their covered names tell them apart', () => {
  expect(publishedImage('1.34')).toMatch(/^kindest\/node:v1\.34\.\d+@sha256:[0-9a-f]{64}$/);
  expect(() => publishedImage('1.12')).toThrow('Expected a version of Kubernetes out of 1.34, ');
  expect(coveredName(publishedImage('1.34'))).toMatch(/^churnlab\.dev\/node:v1\.34\.\d+-[0-9a-f]{12}$/);
});

test.each([
  ['a published image on a machine of one’s own', {}, []],
  ['an image that was built', { coredns: '1.14.3' }, ['imageTag: v1.14.3']],
  ['limits that cannot be raised', { limited: true }, ['KubeletInUserNamespace: true', 'oomScoreAdj: 0']],
  ['the first version of cgroups', { cgroupVersion: 1 }, []],
  ['the same, refused from 1.35 on', { cgroupVersion: 1, kubernetes: '1.35' }, ['failCgroupV1: false']],
] as const)('patches for %s', (_what, facts, expected) => {
  const plain = { coredns: undefined, kubernetes: '1.34', limited: false, cgroupVersion: 2 } as const;
  const patches = kubeadmPatches({ ...plain, ...facts });
  expect(patches.map((patch) => patch.trimEnd().split('\n').at(-1)?.trim())).toEqual(expected);
});
