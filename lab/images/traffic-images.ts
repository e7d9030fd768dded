/** Images of static programs alone, for pods that make or answer connections. */
import { ensureNative, type Report } from '../setup/index.ts';
import { ensureTool } from '../tools/index.ts';
import { filesLayer } from './archive/files-layer.ts';
import type { ImageSpec } from './archive/image-archive.ts';

const PLACE = 'usr/local/bin';

/** k6 with our extension; scripts come by a volume, or by stdin. @throws ToolError */
export async function k6Image(report: Report): Promise<ImageSpec> {
  const file = await ensureTool('k6', { onProgress: report });
  return {
    layers: [
      await filesLayer('k6', [
        { path: 'tmp', mode: 0o1777, directory: true },
        { path: `${PLACE}/k6`, mode: 0o755, file },
      ]),
    ],
    config: { Entrypoint: [`/${PLACE}/k6`], Env: ['HOME=/tmp'], User: '12345' },
  };
}

/**
 * A pod of it waits until it is told to end; `podnet-responder` and `podnet-dialer` are there to be run as its command.
 * @throws ToolError, SetupError
 */
export async function responderImage(report: Report): Promise<ImageSpec> {
  const programs = ['podnet-responder', 'podnet-dialer'].map(async (name) => ({
    path: `${PLACE}/${name}`,
    mode: 0o755,
    file: await ensureTool(name, { onProgress: report }),
  }));
  const pause = { path: `${PLACE}/pause`, mode: 0o755, file: await ensureNative('pause', { report }) };
  return {
    layers: [await filesLayer('responder', [pause, ...(await Promise.all(programs))])],
    config: { Entrypoint: [`/${PLACE}/pause`] },
  };
}
