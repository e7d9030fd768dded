import type { RunDocument } from '../../measure/index.ts';
import { type ClaimResult, claimOfRun } from '../claim/judge-claim.ts';
import { judge, type Verdict } from '../verdict/judge.ts';
import { exhaustionSentence } from './exhaustion-lead.ts';
import { exhaustionTables } from './exhaustion-tables.ts';
import { gatesTable } from './gates-table.ts';
import { invariantsTable } from './invariants-table.ts';
import { leadLines } from './lead.ts';
import { metricsTable } from './metrics-table.ts';
import type { Table } from './table.ts';

/** What every format says, in the order in which it says it. */
export interface ReportModel {
  readonly title: string;
  readonly id: string;
  readonly description: string;
  readonly verdict: Verdict;
  /** What ran out, where something did. */
  readonly headline: string | undefined;
  readonly lead: readonly string[];
  readonly tables: readonly Table[];
  readonly warnings: readonly string[];
  /** What became of the claim that this run alone decides. */
  readonly claim: ClaimResult | undefined;
}

export function reportModel(run: RunDocument): ReportModel {
  const verdict = judge(run);
  return {
    title: run.scenario.name,
    id: run.id,
    description: run.scenario.description,
    verdict,
    headline: exhaustionSentence(run),
    lead: leadLines(run),
    tables: [metricsTable(run), ...exhaustionTables(run), invariantsTable(run), gatesTable(verdict)].filter(
      ({ rows }) => rows.length > 0,
    ),
    warnings: run.warnings,
    claim: claimOfRun(run),
  };
}
