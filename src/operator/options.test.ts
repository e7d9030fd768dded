import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readOptions } from './options.ts';

/** A folder with a token and a configuration of this text. */
function files(config: string) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'churnlab-operator-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const at = { token: path.join(folder, 'token'), config: path.join(folder, 'operator.json') };
  fs.writeFileSync(at.token, 'secret\n');
  fs.writeFileSync(at.config, config);
  return at;
}

const CONFIG = JSON.stringify({ mode: 'cluster-pool', ipv4: { cidrs: ['10.20.30.40/24'], maskSize: 26 } });

it('should read the flags and the files they name', () => {
  const { token, config } = files(CONFIG);
  const options = readOptions([
    '--socket',
    '/s',
    '--token-file',
    token,
    '--config',
    config,
    '--control',
    '/c',
  ]);
  expect(options).toMatchObject({ target: { socketPath: '/s', token: 'secret' }, control: '/c' });
  expect(options.spec).toMatchObject({ mode: 'cluster-pool' });
  expect(options.spec.warnings).toEqual(['10.20.30.40/24 has host bits set: 10.20.30.0/24 is used']);
  expect(readOptions(['--kubeconfig', '/k', '--config', config]).target).toEqual({ kubeconfig: '/k' });
});

it.each([
  [[], 'Expected either --socket PATH with --token-file FILE, or --kubeconfig FILE'],
  [['--socket', '/s'], 'Expected either --socket PATH with --token-file FILE, or --kubeconfig FILE'],
  [['--kubeconfig', '/k', '--socket', '/s'], 'Expected either --socket PATH with'],
  [['--kubernetes', '/k'], "Unknown option '--kubernetes'"],
])('should refuse %j', (args, message) => {
  const { config } = files(CONFIG);
  expect(() => readOptions([...args, '--config', config])).toThrow(message);
});

it.each([
  ['{', 'JSON'],
  ['{"mode": "cluster-pool", "ipv4": {"cidrs": ["10.0.0.0/8"], "mask": 24}}', 'Unrecognized key: "mask"'],
  ['{"mode": "cluster-pool"}', 'a CIDR list for ipv4 or ipv6 must be provided'],
])('should name the file when it holds %s', (text, message) => {
  const { config } = files(text);
  const read = () => readOptions(['--kubeconfig', '/k', '--config', config]);
  expect(read).toThrow(`${config}: `);
  expect(read).toThrow(message);
});
