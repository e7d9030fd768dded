import { type RunDocument, type RunEvent, readEvents, readSamples } from '../../measure/index.ts';
import { type FillBand, FillBands } from './fill-bands.ts';
import { HeatGrid, type HeatMap, heatWindows } from './heat-grid.ts';
import { type PodWait, PodWaits } from './pod-waits.ts';

/** What plots show besides run.json. */
export interface RawData {
  /** Without those of single addresses, which are by far the most, and in no plot. */
  readonly events: readonly RunEvent[];
  readonly fill: readonly FillBand[];
  readonly heat: readonly HeatMap[];
  readonly waits: readonly PodWait[];
}

/** A report that has run.json alone. */
export const NO_RAW_DATA: RawData = { events: [], fill: [], heat: [], waits: [] };

/** Reads the samples and events of a run folder once. Throws RunFolderError. */
export async function rawData(folder: string, run: RunDocument): Promise<RawData> {
  const events: RunEvent[] = [];
  const called = run.summaries.some(({ key }) => key === 'cni.add');
  const bands = run.exhaustion && called ? new FillBands() : undefined;
  const grids = heatWindows(run).map((windows) => new HeatGrid(windows));
  const waits = new PodWaits();
  for await (const event of readEvents(folder)) {
    bands?.onEvent(event);
    if (event.kind !== 'address.granted' && event.kind !== 'address.released') events.push(event);
  }
  for await (const sample of readSamples(folder)) {
    bands?.onSample(sample);
    for (const grid of grids) grid.onSample(sample);
    waits.onSample(sample);
  }
  return {
    events,
    fill: bands?.bands() ?? [],
    heat: grids.flatMap((grid) => grid.map() ?? []),
    waits: waits.waits(),
  };
}
