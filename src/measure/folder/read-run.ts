import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import type { RunEvent } from '../events.ts';
import type { Sample } from '../sample.ts';
import { decodeBlock, PREFIX, readPrefix } from './column-block.ts';
import { type RunDocument, runDocument } from './document.ts';
import { asDocument, parseJson } from './parse-document.ts';
import { FILES } from './run-folder.ts';
import { RunFolderError } from './run-folder-error.ts';
import { upgraded } from './upgrade.ts';

/** Reads run.json of a run folder. Throws RunFolderError. */
export async function readRun(folder: string): Promise<RunDocument> {
  if (!(await exists(folder))) throw new RunFolderError('not-found', `Expected a run folder, got ${folder}`);
  const file = path.join(folder, FILES.document);
  if (!(await exists(file))) {
    throw new RunFolderError('unfinished', `${folder} has no ${FILES.document}: the run did not end`);
  }
  return parseRun(await readFile(file, 'utf8'), file);
}

/** run.json from its text; `file` is its name in messages. Throws RunFolderError. */
export function parseRun(text: string, file: string): RunDocument {
  return asDocument(runDocument, upgraded(parseJson(text, file), file), file);
}

/** Every raw sample of a run: first samples.jsonl.gz, then samples.columns. Throws RunFolderError. */
export async function* readSamples(folder: string): AsyncGenerator<Sample> {
  for await (const line of gunzippedLines(path.join(folder, FILES.samples))) yield JSON.parse(line) as Sample;
  await using file = await open(path.join(folder, FILES.columns));
  const { size } = await file.stat();
  for (let position = 0; position < size; ) {
    const read = async (length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      position += bytesRead;
      if (bytesRead < length) throw new RunFolderError('damaged', `${FILES.columns} ends within a block`);
      return buffer;
    };
    const lengths = readPrefix(await read(PREFIX));
    yield* decodeBlock(await read(lengths.header), await read(lengths.payload));
  }
}

/** Every event of a run, in the order in which it became known. */
export async function* readEvents(folder: string): AsyncGenerator<RunEvent> {
  await using file = await open(path.join(folder, FILES.events));
  for await (const line of file.readLines()) yield JSON.parse(line) as RunEvent;
}

async function* gunzippedLines(path: string): AsyncGenerator<string> {
  await using file = await open(path);
  const gunzip = createGunzip();
  const stream = file.createReadStream().on('error', (error) => gunzip.destroy(error));
  yield* linesOf(stream.pipe(gunzip));
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}
