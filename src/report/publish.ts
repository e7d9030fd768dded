import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  FILES,
  type RunDocument,
  type RunEvent,
  type RunFolder,
  readEvents,
  readRun,
  readSamples,
} from '../measure/index.ts';
import { htmlReport } from './html/page.ts';
import { type FillBand, FillBands } from './model/fill-bands.ts';
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
  const { events, fill } = await plotted(folder, run);
  await writeFile(file, htmlReport(run, events, fill));
  return file;
}

/** What plots show besides run.json. Raw samples are read only of a run with CNI calls that ran out of something. */
async function plotted(
  folder: string,
  run: RunDocument,
): Promise<{ readonly events: RunEvent[]; readonly fill: FillBand[] }> {
  const events: RunEvent[] = [];
  const called = run.summaries.some(({ key }) => key === 'cni.add');
  const bands = run.exhaustion && called ? new FillBands() : undefined;
  for await (const event of readEvents(folder)) {
    bands?.onEvent(event);
    // Events of single addresses are by far the most, and in no plot.
    if (event.kind !== 'address.granted' && event.kind !== 'address.released') events.push(event);
  }
  if (!bands) return { events, fill: [] };
  for await (const sample of readSamples(folder)) bands.onSample(sample);
  return { events, fill: bands.bands() };
}
