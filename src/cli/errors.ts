import { DockerError } from '../../lab/docker/index.ts';
import { ImageError } from '../../lab/images/index.ts';
import { SetupError } from '../../lab/setup/index.ts';
import { ToolError } from '../../lab/tools/index.ts';
import { VmError } from '../../lab/vm/index.ts';
import { BenchError } from '../bench/index.ts';
import { ConformanceError } from '../conformance/index.ts';
import { ConnectivityError } from '../connectivity/index.ts';
import { isReason, KubeError } from '../kube/index.ts';
import { NetworkError } from '../networks/index.ts';
import { LabSpecError } from '../scenario/index.ts';
import { LabError } from '../substrate/index.ts';
import { TrafficError } from '../traffic/index.ts';
import { ContainerError } from './in-container/container-error.ts';
import { WRONG_INPUT } from './scenario-files.ts';
import { SeriesError } from './series/series-error.ts';

/** Exit code of a harness that failed by itself. */
const FAILED = 1;

/** Runs a command's work; what is known to go wrong ends in one clear message and the documented exit code. */
export async function reporting(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const error = firstOf(thrown);
    const code = exitCodeOf(error);
    if (code === undefined) throw thrown;
    process.stderr.write(`churnlab: ${(error as Error).message}${hintOf(error)}\n`);
    process.exitCode = code;
  }
}

/** What went wrong, where clearing up after it went wrong as well. */
function firstOf(thrown: unknown): unknown {
  return thrown instanceof SuppressedError ? firstOf(thrown.suppressed) : thrown;
}

function exitCodeOf(error: unknown): number | undefined {
  // A kubeconfig that cannot be used.
  if (isReason(error, 'Invalid') && error.status === 0) return WRONG_INPUT;
  if (error instanceof LabError || error instanceof VmError) return error.isInput ? WRONG_INPUT : FAILED;
  const ofInput = [LabSpecError, NetworkError, SeriesError];
  if (ofInput.some((each) => error instanceof each)) return WRONG_INPUT;
  if (error instanceof ConnectivityError || error instanceof ConformanceError) {
    return error.isInput ? WRONG_INPUT : FAILED;
  }
  const own = [
    SetupError,
    ToolError,
    DockerError,
    ImageError,
    ContainerError,
    BenchError,
    KubeError,
    TrafficError,
  ];
  if (own.some((each) => error instanceof each)) return FAILED;
  return undefined;
}

/** An API that does not answer is gone with all it knew: the lab has to be made anew. */
function hintOf(error: unknown): string {
  if (!(error instanceof KubeError) || error.status !== 0 || error.reason === 'Invalid') return '';
  return '\nThe lab has lost its API (npm run lab:logs -- control-plane): take it down (npm run lab:down) and bring it up again';
}
