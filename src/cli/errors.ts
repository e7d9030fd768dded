import { SetupError } from '../../lab/setup/index.ts';
import { ToolError } from '../../lab/tools/index.ts';
import { LabSpecError } from '../scenario/index.ts';
import { LabError } from '../substrate/index.ts';
import { ContainerError } from './in-container/container-error.ts';
import { WRONG_INPUT } from './scenario-files.ts';

/** Exit code of a harness that failed by itself. */
const FAILED = 1;

/** Runs a command's work; what is known to go wrong ends in one clear message and the documented exit code. */
export async function reporting(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = exitCodeOf(error);
    if (code === undefined) throw error;
    process.stderr.write(`churnlab: ${(error as Error).message}\n`);
    process.exitCode = code;
  }
}

function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof LabError) return error.isInput ? WRONG_INPUT : FAILED;
  if (error instanceof LabSpecError) return WRONG_INPUT;
  const own = [SetupError, ToolError, ContainerError];
  if (own.some((each) => error instanceof each)) return FAILED;
  return undefined;
}
