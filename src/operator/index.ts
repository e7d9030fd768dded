export type { Operator } from './operator.ts';
export { type OperatorConfig, type OperatorSpec, readOperatorConfig } from './operator-config.ts';
export type { ProviderConfig } from './provider/provider-config.ts';
export { startOperator } from './start-operator.ts';
