import { z } from 'zod';
import { field, label, relativeFile, text, whole } from '../schema/leaf.ts';
import { cell, matrix } from '../schema/matrix.ts';
import { API_VERSION } from '../schema/scenario.ts';

/** A suite file: several scenarios in every combination of one matrix, held against one of them. */
export const suiteSchema = z.strictObject({
  apiVersion: field(z.literal(API_VERSION), 'Version of this format.'),
  kind: field(z.literal('Suite'), 'What this file is.'),
  metadata: field(
    z.strictObject({
      name: field(label(50), 'Name of the suite; results are filed under it.', 'networks'),
      description: field(text.optional(), 'What it shows, in a sentence or two.'),
    }),
    'What the suite is called.',
  ),
  spec: field(
    z.strictObject({
      scenarios: field(
        z
          .array(relativeFile, 'a list of scenario files')
          .min(1, 'a list of scenario files that is not empty'),
        'Scenario files, beside the suite. Each is run in every combination that makes sense for it.',
        ['networks/steady-churn.yaml'],
      ),
      matrix: field(
        matrix,
        'What is held against one another: the product, in the place of the matrices of the scenarios.',
        { network: ['churnlab', 'ptp'] },
      ),
      baseline: field(cell, 'The combination that all others are held against: these values say which.', {
        network: 'churnlab',
      }),
      repeat: field(
        whole(1, 1000).default(5),
        'How often each is run, in turns: below 5 runs a side nothing can be concluded.',
      ),
    }),
    'What is run.',
  ),
});
