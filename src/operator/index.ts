export { Operator, type OperatorOptions, type OperatorStatus } from './operator.ts';
export { type OperatorConfig, readOperatorConfig } from './operator-config.ts';
export { type OperatorStatusJson, statusJson } from './status-json.ts';
