import { describe, expect, it } from 'vitest';
import { toMarkdown } from '../format/markdown.ts';
import { toText } from '../format/text.ts';
import { exhaustedRun } from '../testdata/exhausted-run.ts';
import { runWith } from '../testdata/small-run.ts';
import { exhaustionSentence } from './exhaustion-lead.ts';
import { exhaustionTables } from './exhaustion-tables.ts';
import { reportModel } from './report-model.ts';

const { run } = exhaustedRun();
const exhaustion = run.exhaustion!;

describe('exhaustionSentence', () => {
  it('says who was refused first, who waited, and how fast it came back', () => {
    expect(exhaustionSentence(run)).toBe(
      'Ran out: default/fill-000248 got no address at 12.4 s, when 248 pods were served (pool-full); ' +
        '152 had to wait, the longest ≥ 17.5 s: 87 served late, 65 never; ' +
        'what was released was handed out again after 2.00 ms, p99 50.0 ms.',
    );
  });

  it('says no more than there was', () => {
    const firstRefusal = { ...exhaustion.firstRefusal!, subject: 'node', name: 'n9', alive: 1 } as const;
    const starved = { ...exhaustion.starved, served: 0, never: 0 };
    expect(
      exhaustionSentence(runWith({ exhaustion: { ...exhaustion, firstRefusal, starved, releases: [] } })),
    ).toBe('Ran out: n9 got no CIDR at 12.4 s, when 1 node was served (pool-full).');
    expect(
      exhaustionSentence(runWith({ exhaustion: { ...exhaustion, firstRefusal: null } })),
    ).toBeUndefined();
    expect(exhaustionSentence(runWith())).toBeUndefined();
  });
});

describe('exhaustionTables', () => {
  it('are none for a run in which nothing ran out', () => {
    expect(exhaustionTables(runWith())).toEqual([]);
  });

  it('stand in the text after the metrics', () => {
    const text = toText(reportModel(runWith({ exhaustion })), { color: false });
    expect(text.slice(text.indexOf('what ran out'), text.indexOf('\npassed'))).toBe(`what ran out
first refusal  default/fill-000248 on n1, pool default, at 12.4 s in phase fill, 248 served by then: pool-full¹
attempts       p50 6, p99 17, at most 17 for one that was refused
wait           p50 8.40 s, p99 ≥ 17.1 s, longest ≥ 17.5 s
in the end     87 served late, 65 never
recovery       what was released was handed out again after 2.00 ms, p99 50.0 ms
¹ allocate default/fill-000248: no address is left in 10.20.0.0/26 (62 of 62 used)

refused as  attempts  subjects   first    last
pool-full      1,204       152  12.4 s  29.9 s
cooldown          12         9  18.0 s  18.4 s

released in      at  released  reused    first      p50      p99
fill         18.0 s        25      25  2.00 ms  26.0 ms  50.0 ms
reused: handed out again while somebody waited; first, p50, p99: from the release asked to that.

pool     asked  served  never  wait p50  wait p99  fairness  used  reserved  unused  usable
default    400     335     65   2.00 ms  ≥ 17.1 s    99.8 %   310       310     0 %       -
fairness: Jain's index of served over asked by node, 100 % when all fare alike. used, reserved: addresses that pods had, and those in nodes' CIDRs, each at its peak; unused: the share between. usable: of the addresses that were free after the last release, the share in use when a pod starved all the same. ≥: some were still waiting at the end.

waited longest            for
default/fill-000335  ≥ 13.2 s  never served
default/fill-000273    10.6 s  served
`);
  });

  it('leave out what did not happen', () => {
    const quiet = {
      ...exhaustion,
      firstRefusal: null,
      refusals: [],
      retries: null,
      starved: { ...exhaustion.starved, served: 0, never: 0, examples: [] },
      pools: [],
    };
    const tables = exhaustionTables(runWith({ exhaustion: quiet })).filter(({ rows }) => rows.length > 0);
    expect(tables.map(({ title }) => title)).toEqual(['What ran out', 'Releases']);
  });

  it('keep messages of allocators from becoming markup', () => {
    const firstRefusal = { ...exhaustion.firstRefusal!, message: 'no <b>address</b>' };
    const text = toMarkdown(reportModel(runWith({ exhaustion: { ...exhaustion, firstRefusal } })));
    expect(text).toContain('Ran out: default/fill-000248 got no address');
    expect(text).not.toContain('<b>');
  });
});
