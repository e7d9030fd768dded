import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findContext, loadKubeconfig } from './kubeconfig.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'churnlab-kubeconfig-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A file with a context, a cluster and a user of each name. */
function write(file: string, names: readonly string[], current: string, port: number): string {
  const at = path.join(folder, file);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    clusters: names.map((name) => ({ name, cluster: { server: `https://${name}.example:${port}` } })),
    users: names.map((name) => ({ name, user: { token: `${name}-${port}` } })),
  };
  writeFileSync(at, JSON.stringify(config));
  return at;
}

const serverOf = async (files: readonly string[], context?: string) =>
  (await loadKubeconfig(files, context)).getCurrentCluster()?.server;

describe('files are merged as kubectl does', () => {
  test('what the first has stays, what only another has is added', async () => {
    const [a, b] = [write('a', ['one', 'two'], 'two', 1), write('b', ['two', 'three'], 'three', 2)];
    expect(await serverOf([a, b])).toBe('https://two.example:1');
    expect(await serverOf([b, a])).toBe('https://three.example:2');
    expect(await serverOf([a, b], 'three')).toBe('https://three.example:2');
    await expect(serverOf([a], 'three')).rejects.toThrow(`kubeconfig ${a}: no cluster for context three`);
  });

  test('a file that is none says so', async () => {
    const file = path.join(folder, 'broken');
    writeFileSync(file, '{');
    await expect(serverOf([file])).rejects.toMatchObject({ reason: 'Invalid', status: 0 });
  });
});

describe('which cluster is meant', () => {
  test('the file that is named, else KUBECONFIG, else the home’s', async () => {
    const [a, b] = [write('named', ['n'], 'n', 1), write('listed', ['l', 'm'], 'l', 2)];
    const missing = path.join(folder, 'missing');
    const environment = { KUBECONFIG: [missing, b].join(path.delimiter), HOME: folder };
    expect(await findContext({ kubeconfig: a }, environment)).toEqual({ files: [a], context: 'n' });
    expect(await findContext({}, environment)).toEqual({ files: [b], context: 'l' });
    expect(await findContext({ context: 'm' }, environment)).toEqual({ files: [b], context: 'm' });
    const nowhere = findContext({}, { HOME: missing });
    await expect(nowhere).rejects.toThrow(
      `Expected a kubeconfig file (--kubeconfig, KUBECONFIG or ${missing}`,
    );
  });
});
