/**
 * Appends numbered records, eight at a time, and prints the number of each one that is durable; ends at the
 * first refusal with its code. Argument: the log's path. To be run under `ulimit -f`, or killed.
 */
import { AllocationLog } from '../allocation-log.ts';

const log = new AllocationLog(process.argv[2]!);
await log.open(() => []);
let next = 0;
let refusal = '';
while (refusal === '' && next < 100_000) {
  const batch = Array.from({ length: 8 }, async () => {
    const n = next++;
    await log.append({ n, text: 'x'.repeat(64) });
    process.stdout.write(`${n}\n`);
  });
  for (const outcome of await Promise.allSettled(batch)) {
    if (outcome.status === 'rejected') refusal = (outcome.reason as { code: string }).code;
  }
}
process.stdout.write(`${refusal}\n`);
