import fs from 'node:fs';
import path from 'node:path';
import type { LabSpec, Problem } from '../../scenario/index.ts';
import { isLocalChart, sourceOf } from './source.ts';

/** Endings of files with objects, as `kubectl apply --filename FOLDER` takes them. */
export const MANIFESTS: readonly string[] = ['.yaml', '.yml', '.json'];

/** Files that a network needs and that are not there, by field of the lab. */
export function sourceProblems(lab: LabSpec): Problem[] {
  const source = sourceOf(lab);
  if (source === undefined) return [];
  const problems: Problem[] = [];
  const expect = (what: string, file: string, at: Problem['path'], isIt: (file: string) => boolean): void => {
    if (fs.existsSync(file) && isIt(file)) return;
    problems.push({ path: at, code: 'unreadable', message: `expected ${what}, found none at ${file}` });
  };
  const files = (field: 'networkValues' | 'imageArchives', what: string): void =>
    lab[field]?.forEach((file, i) => {
      expect(what, file, [field, i], (each) => fs.statSync(each).isFile());
    });
  if (source.kind === 'manifest') {
    expect('a file of Kubernetes objects or a folder of such files', source.path, ['network'], hasObjects);
  } else if (isLocalChart(source.chart)) {
    expect('a chart', source.chart, ['network'], isChart);
  }
  files('networkValues', 'a file with values of the chart');
  files('imageArchives', 'an archive of images');
  return problems;
}

function hasObjects(file: string): boolean {
  if (!fs.statSync(file).isDirectory()) return true;
  return fs.readdirSync(file).some((name) => MANIFESTS.includes(path.extname(name)));
}

function isChart(file: string): boolean {
  return fs.statSync(file).isFile() || fs.existsSync(path.join(file, 'Chart.yaml'));
}
