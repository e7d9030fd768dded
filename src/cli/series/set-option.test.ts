import { expect, it } from 'vitest';
import { settingOf } from './set-option.ts';

it.each([
  ['lab.network=bridge', ['lab', 'network'], 'bridge'],
  ['phases.churn.pods=100', ['phases', 'churn', 'pods'], 100],
  [
    'lab.ipam.pools=[{ cidrs: [10.0.0.0/8], nodeMask: 24 }]',
    ['lab', 'ipam', 'pools'],
    [{ cidrs: ['10.0.0.0/8'], nodeMask: 24 }],
  ],
  ['seed=', ['seed'], null],
])('%s', (text, path, value) => {
  expect(settingOf(text)).toEqual({ text, path, value });
});

it.each(['lab', '=x', 'lab..nodes=3', 'lab.pools=[a'])('refuses %s in one line', (text) => {
  expect(() => settingOf(text)).toThrow(/^expected a (field|value) [^\n]*$/);
});
