import path from 'node:path';
import { readSuite, suiteJson, suiteMarkdown, suiteText, writeSuitePage } from '../../report/index.ts';

/** Text of the report of a suite; undefined when the folder is not one, or in formats that are for single runs. */
export async function suiteReport(folder: string, format: string): Promise<string | undefined> {
  if (format === 'html') {
    const file = await writeSuitePage(folder);
    return file && `${path.relative('', file)}\n`;
  }
  const suite = await readSuite(folder);
  switch (suite && format) {
    case 'text':
      return suiteText(suite!, { width: process.stdout.columns });
    case 'md':
      return suiteMarkdown(suite!);
    case 'json':
      return suiteJson(suite!);
    default:
      return undefined;
  }
}
