export type { OperatorConfig } from './operator-config.ts';
