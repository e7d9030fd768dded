import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const CHART = path.resolve(import.meta.dirname, '../../charts/churnlab');
const TESTDATA = path.join(import.meta.dirname, 'testdata');

/** A chart's file, parsed. */
export function readChart(file: string): Record<string, never> {
  return parse(fs.readFileSync(path.join(CHART, file), 'utf8')) as Record<string, never>;
}

/** The ways in which the tests configure the chart: a file of values, and the file of what it renders to. */
export const CASES = fs
  .readdirSync(TESTDATA)
  .filter((file) => file.endsWith('.values.yaml'))
  .map((file) => {
    const name = file.replace('.values.yaml', '');
    return { name, values: path.join(TESTDATA, file), golden: path.join(TESTDATA, `${name}.golden.yaml`) };
  });
