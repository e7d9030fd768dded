/**
 * `npm run lab:images [-- NAME ...] [--node-image build] [--kubernetes 1.34]`: makes the images of the kind lab and
 * prints their references. Without names all of them.
 */
import { parseArgs } from 'node:util';
import { Steps } from '../../src/cli/steps.ts';
import { DockerError, ensureDocker } from '../docker/index.ts';
import { SetupError, setUp } from '../setup/index.ts';
import { ToolError } from '../tools/index.ts';
import { removeUnusedLayers } from './archive/unused-layers.ts';
import { ensureImages, IMAGE_NAMES, ImageError, type ImageName, removeImages } from './index.ts';

const KNOWN = [DockerError, ImageError, SetupError, ToolError];
const WRONG_INPUT = 2;

const steps = new Steps();
try {
  const { which, nodeImage, kubernetes, install } = readArguments(process.argv.slice(2));
  await setUp({ substrate: 'kind', install, report: steps.begin });
  const engine = await ensureDocker({ progress: steps.begin });
  const images: Partial<Record<ImageName, string>> = {};
  for (const name of which) {
    steps.begin(`image ${name}`);
    const options = { progress: steps.begin, nodeImage, ...(kubernetes !== undefined && { kubernetes }) };
    Object.assign(images, await ensureImages(engine, { which: [name], ...options }));
  }
  steps.end();
  if (which.length === IMAGE_NAMES.length) await removeImages(engine, Object.values(images));
  removeUnusedLayers();
  for (const [name, reference] of Object.entries(images)) console.log(`${name.padEnd(10)} ${reference}`);
} catch (error) {
  steps.fail();
  if (!(error instanceof RangeError || KNOWN.some((each) => error instanceof each))) throw error;
  console.error(`churnlab: ${(error as Error).message}`);
  process.exitCode = error instanceof RangeError ? WRONG_INPUT : 1;
}

/** @throws RangeError for a word that is none of ours */
function readArguments(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const { kubernetes } = values;
  const nodeImage = oneOf('--node-image', ['auto', 'build'] as const, values['node-image']);
  const which = positionals.map((word) => oneOf('an image', IMAGE_NAMES, word));
  return {
    which: which.length > 0 ? which : IMAGE_NAMES,
    nodeImage,
    kubernetes,
    install: !values['no-install'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'node-image': { type: 'string', default: 'auto' },
        kubernetes: { type: 'string' },
        'no-install': { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new RangeError((error as Error).message, { cause: error });
  }
}

function oneOf<Word extends string>(what: string, words: readonly Word[], got: string): Word {
  const found = words.find((word) => word === got);
  if (found) return found;
  throw new RangeError(`Expected ${what} out of ${words.join(', ')}, got ${got}`);
}
