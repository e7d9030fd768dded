export type { Case, Facts } from './case.ts';
export { CASES } from './cases/index.ts';
export { type Column, columnName } from './column.ts';
export { ConnectivityError, type ConnectivityErrorCode } from './connectivity-error.ts';
export type { Cell, CellStatus, ConnectivityResult, Row } from './result.ts';
export { type ConnectivityOptions, testConnectivity } from './test-connectivity.ts';
