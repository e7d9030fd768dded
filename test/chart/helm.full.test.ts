import { beforeAll, expect, test } from 'vitest';
import { $ } from 'zx';
import { ensureTool } from '../../lab/tools/index.ts';
import { CASES, CHART } from './chart-files.ts';

let helm: string;

beforeAll(async () => {
  helm = await ensureTool('helm', { onProgress: (line) => console.log(line) });
});

const run = $({ quiet: true, nothrow: true });
const render = (values: readonly string[]) =>
  run`${helm} template churnlab ${CHART} --namespace churnlab-system ${values}`;

test('helm lint --strict has nothing to say', async () => {
  const { exitCode, stdout } = await run`${helm} lint --strict ${CHART}`;
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('1 chart(s) linted, 0 chart(s) failed')]);
});

test.each(CASES)('$name renders to what it did', async ({ values, golden }) => {
  const { stdout, stderr } = await render(['--values', values]);
  expect(stderr).toBe('');
  await expect(stdout).toMatchFileSnapshot(golden);
});

test('a token is made when none is named', async () => {
  const { stdout } = await render(['--show-only', 'templates/agent-secret.yaml']);
  const token = /^ {2}token: (.+)$/m.exec(stdout)?.[1] ?? '';
  expect(Buffer.from(token, 'base64').toString()).toMatch(/^\w{40}$/);
});

test.each([
  [
    'ipam.pools=[{"name":"a","cidrs":["10.0.0.0/16"],"nodeMask":24}]',
    'has one pool a family, without a name',
  ],
  [
    'ipam.pools=[{"cidrs":["10.0.0.0/16"],"nodeMask":24},{"cidrs":["10.1.0.0/16"],"nodeMask":24}]',
    'two entries of name and family default ipv4',
  ],
  ['ipam.pools=[{"cidrs":["10.0.0.0/16","fd00::/64"],"nodeMask":24}]', 'CIDRs of both families: fd00::/64'],
  ['network={"mode":"pigeons"}', "value must be one of 'direct', 'vxlan'"],
])('--set-json %s is refused', async (value, message) => {
  const { exitCode, stderr } = await render(['--set-json', value]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)]);
});
