export type { OperatorConfig } from './operator-config.ts';
export type { ProviderConfig } from './provider/provider-config.ts';
