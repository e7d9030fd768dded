import path from 'node:path';
import { isShort, type LabSpec, loadScenario, plan, type Substrate } from '../../scenario/index.ts';
import { executeAndShow } from '../execute.ts';
import { openLab } from '../lab-place.ts';

const SMOKE = path.resolve(import.meta.dirname, '../../../scenarios/smoke.yaml');

/** The smoke scenario's load on the lab as it is. */
export async function prove(name: string, substrate: Substrate, spec: LabSpec): Promise<void> {
  const source = loadScenario(SMOKE);
  const scenario = source.on(substrate);
  const adapted = { ...scenario, spec: { ...scenario.spec, lab: spec } };
  const { addresses } = plan(adapted);
  if (addresses.some(({ perNode, total }) => (perNode && isShort(perNode)) || isShort(total))) {
    process.stderr.write(
      'Not proved by a churn: this lab has fewer addresses than scenarios/smoke.yaml needs\n',
    );
    return;
  }
  await using lab = await openLab(name);
  process.stderr.write('Proving it with a short churn (scenarios/smoke.yaml)\n');
  await executeAndShow({ lab, source, scenario: adapted });
  process.stdout.write('\n');
}
