/** `npm run setup`: makes ready what the netns lab and the tests need, and nothing else. */
import { setUp } from './index.ts';
import { SetupError } from './setup-error.ts';

try {
  const { native } = await setUp({
    substrate: 'netns',
    install: !process.argv.includes('--no-install'),
    report: (line) => console.error(`churnlab: ${line}`),
  });
  for (const [name, file] of native) console.log(`${name}\t${file}`);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`${error.output}churnlab: ${error.message}`);
  process.exitCode = 1;
}
