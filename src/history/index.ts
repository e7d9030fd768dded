export { AcknowledgedError } from './acknowledged/acknowledged-error.ts';
export type { Acknowledgement } from './acknowledged/acknowledgement.ts';
export { acknowledgedSchemaText, readAcknowledged } from './acknowledged/read-acknowledged.ts';
export {
  type Environment,
  type HistoryChange,
  type HistoryDocument,
  type HistoryGroup,
  type HistoryPoint,
  type HistorySeries,
  historySchemaText,
} from './document.ts';
export { history } from './history.ts';
export { HistoryError, type HistoryErrorCode } from './history-error.ts';
export { readNights } from './read/read-nights.ts';
