import colors from 'picocolors';
import { expect, test } from 'vitest';
import type { ConformanceResult } from '../../conformance/index.ts';
import { renderConformance } from './render.ts';

const RESULT: ConformanceResult = {
  network: 'acme',
  plugins: ['acme-net', 'portmap'],
  kernel: '6.18.0',
  versions: ['0.4.0', '1.1.0'],
  requirements: [
    {
      id: 'del-twice',
      section: '2. Execution Protocol: DEL',
      text: 'A second DEL succeeds',
      findings: [
        { version: '0.4.0', status: 'pass' },
        { version: '1.1.0', status: 'fail', reason: 'expected DEL to succeed, got acme-net: exit code 1' },
      ],
    },
    {
      id: 'del-never-added',
      section: '2. Execution Protocol: DEL',
      text: 'DEL of what was never added succeeds',
      findings: [
        { version: '0.4.0', status: 'pass' },
        { version: '1.1.0', status: 'pass' },
      ],
    },
    {
      id: 'error-object',
      section: '2. Execution Protocol: Errors',
      text: 'A failed call prints an error',
      findings: [
        {
          version: '0.4.0',
          status: 'deviation',
          reason: 'no cniVersion',
          found: 'expected cniVersion 0.4.0',
        },
        {
          version: '1.1.0',
          status: 'deviation',
          reason: 'no cniVersion',
          found: 'expected cniVersion 1.1.0',
        },
      ],
    },
    {
      id: 'gc-keeps-valid',
      section: '2. Execution Protocol: GC',
      text: 'GC touches no valid attachment',
      findings: [
        { version: '0.4.0', status: 'not-applicable', reason: '0.4.0 has no GC' },
        { version: '1.1.0', status: 'pass' },
      ],
    },
  ],
  totals: { pass: 4, fail: 1, deviation: 2, 'not-applicable': 1 },
};

test('requirements under their sections, a column for each version, then why a cell is not a plain ok', () => {
  expect(renderConformance(RESULT, colors.createColors(false))).toBe(`\
Network acme  acme-net, portmap, kernel 6.18.0

  REQUIREMENT      0.4.0  1.1.0
2. Execution Protocol: DEL
  del-twice        ok     FAIL   A second DEL succeeds
  del-never-added  ok     ok     DEL of what was never added succeeds
2. Execution Protocol: Errors
  error-object     known  known  A failed call prints an error
2. Execution Protocol: GC
  gc-keeps-valid   -      ok     GC touches no valid attachment

Failed
  del-twice (1.1.0): expected DEL to succeed, got acme-net: exit code 1

Known deviations
  error-object (0.4.0, 1.1.0): no cniVersion

Not applicable
  1 cells: 0.4.0 has no GC

4 ok, 1 failed, 2 known deviations, 1 not applicable
`);
});
