import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readRun } from '../measure/index.ts';
import { type Picture, toMarkdown } from './format/markdown.ts';
import type { FigureOptions } from './html/plot/figure.ts';
import { svgFile } from './html/plot/svg-file.ts';
import { heatPlot } from './html/section/heat.ts';
import { percentilePlot } from './html/section/percentiles.ts';
import { timelinePlot } from './html/section/timeline.ts';
import { rawData } from './model/raw-data.ts';
import { reportModel } from './model/report-model.ts';

/** Percentile curves beside a Markdown report: of the metrics that are gated or plotted, the first. */
const CURVES = 2;

/** Writes a run as Markdown with small drawings beside it, `<name>-<plot>.svg`. Throws RunFolderError. */
export async function writeMarkdown(folder: string, file: string): Promise<void> {
  const run = await readRun(folder);
  const raw = await rawData(folder, run);
  const curves = run.primary.slice(0, CURVES).map((key, i) => {
    const summary = run.summaries.find((each) => each.key === key);
    return summary && percentilePlot(run, summary, i);
  });
  const heat = raw.heat.slice(0, 1).map((map, i) => heatPlot(map, run, raw.events, i));
  const plots = [...curves, timelinePlot(run, raw.events), ...heat].filter((plot) => plot !== undefined);
  const name = path.basename(file, path.extname(file));
  const pictures = await Promise.all(plots.map((plot) => writePicture(path.dirname(file), name, plot)));
  await writeFile(file, toMarkdown(reportModel(run), pictures));
}

async function writePicture(folder: string, name: string, plot: FigureOptions): Promise<Picture> {
  const file = `${name}-${plot.id}.svg`;
  await writeFile(path.join(folder, file), svgFile(plot));
  return { file: encodeURI(file), text: `${plot.title}. ${plot.description}` };
}
