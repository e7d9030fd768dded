import { z } from 'zod';
import { duration, field, text } from './leaf.ts';

/** Processes of a lab that can be hit; the first four exist once per node. */
const FAULT_TARGETS = ['agent', 'runtime', 'kube-proxy', 'node', 'operator', 'control-plane'] as const;
/** Targets of which every node has one, so that the fault must name the node. */
export const NODE_TARGETS: readonly string[] = ['agent', 'runtime', 'kube-proxy', 'node'];

const target = z.enum(FAULT_TARGETS);
const at = () =>
  field(duration, 'When, from the beginning of the first phase, or of the one that `phase` names.', '10s');
const phase = () =>
  field(text.optional(), 'The phase that `at` counts from. Left out: the first.', 'measure');
const node = () =>
  field(
    z
      .string('the name of a node, such as `n2`')
      .regex(/^n[1-9]\d*$/, 'the name of a node, such as `n2`')
      .optional(),
    'On which node; needed for `agent`, `runtime`, `kube-proxy` and `node`.',
    'n2',
  );

const kill = z.strictObject({
  at: at(),
  phase: phase(),
  kill: field(target, 'SIGKILL, as a crash would; the lab starts it again after `for`.', 'agent'),
  for: field(duration.prefault('0s'), 'How long it stays down.', '5s'),
  node: node(),
});

const restart = z.strictObject({
  at: at(),
  phase: phase(),
  restart: field(target, 'SIGTERM, then a new start, as an upgrade would.', 'agent'),
  node: node(),
});

export const fault = z.union([
  kill.transform(({ kill: victim, for: down, ...rest }) => ({
    action: 'kill' as const,
    target: victim,
    down,
    ...rest,
  })),
  restart.transform(({ restart: victim, ...rest }) => ({
    action: 'restart' as const,
    target: victim,
    down: 0,
    ...rest,
  })),
]);
