import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FILES, type RunDocument, type RunFolder, readRun } from '../measure/index.ts';
import { htmlReport } from './html/page.ts';
import { rawData } from './model/raw-data.ts';
import { judge, type Verdict } from './verdict/judge.ts';

/** Ends a run: writes run.json and report.html into its folder and gives the verdict. */
export async function publish(folder: RunFolder, run: RunDocument): Promise<Verdict> {
  await folder.finish(run);
  await writeHtml(folder.path);
  return judge(run);
}

/** Makes report.html of a run folder anew and gives its path. Throws RunFolderError. */
export async function writeHtml(folder: string): Promise<string> {
  const run = await readRun(folder);
  const file = path.join(folder, FILES.report);
  await writeFile(file, htmlReport(run, await rawData(folder, run)));
  return file;
}
