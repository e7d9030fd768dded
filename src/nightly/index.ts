export { keepInHistory } from './keep-in-history.ts';
export { type NightDocument, nightSchemaText } from './night-document.ts';
export { nightText } from './night-text.ts';
export { NightlyError, type NightlyErrorCode } from './nightly-error.ts';
export { type NightlyEntry, nightlyListSchemaText, readNightlyList } from './nightly-list.ts';
export { concludeAgain, type Night, runNight } from './run-night.ts';
export { BaselineTree, defaultBaseline, isTree, type SourceTree, treeIn } from './source-tree.ts';
