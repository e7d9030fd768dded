/** Writes the generated files of the repository: `npm run generate`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GENERATED } from './generated-files.ts';

const root = path.resolve(import.meta.dirname, '../..');

for (const { file, text } of GENERATED) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text());
  console.log(file);
}
