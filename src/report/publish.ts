import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  FILES,
  type RunDocument,
  type RunEvent,
  type RunFolder,
  readEvents,
  readRun,
} from '../measure/index.ts';
import { htmlReport } from './html/page.ts';
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
  await writeFile(file, htmlReport(run, await plottedEvents(folder)));
  return file;
}

/** Events that plots show; those of single addresses, by far the most, are not among them. */
async function plottedEvents(folder: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of readEvents(folder)) {
    if (event.kind !== 'address.granted' && event.kind !== 'address.released') events.push(event);
  }
  return events;
}
