export {
  type Environment,
  type HistoryChange,
  type HistoryDocument,
  type HistoryGroup,
  type HistoryPoint,
  type HistorySeries,
  historySchemaText,
} from './document.ts';
