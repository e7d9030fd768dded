import { readFileSync } from 'node:fs';
import { NodeSpecOperator } from '../node-spec/node-spec-operator.ts';
import type { Operator, OperatorContext } from '../operator.ts';
import { CloudAssignment } from './cloud-assignment.ts';
import { ProviderClient } from './provider-client.ts';

/** Where the provider is. */
export interface CloudSpec {
  readonly socketPath: string;
  readonly tokenFile: string;
}

/** Mode `cloud`: the provider says which CIDRs a node has. */
export function startCloud(
  { socketPath, tokenFile }: CloudSpec,
  context: OperatorContext,
): Promise<Operator> {
  const token = readFileSync(tokenFile, 'utf8').trim();
  return NodeSpecOperator.start(
    'cloud',
    (host) => new CloudAssignment(new ProviderClient({ socketPath, token, clock: host.clock }), host),
    context,
  );
}
