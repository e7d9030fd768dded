/** The image of network flannel: flanneld and the iptables that it writes its masquerading with. No shell. */
import type { Report } from '../setup/index.ts';
import { ensureTool } from '../tools/index.ts';
import { filesLayer } from './archive/files-layer.ts';
import type { ImageSpec } from './archive/image-archive.ts';
import { IPTABLES_LINKS, iptablesLayer } from './iptables-base.ts';

const PLACE = 'usr/local/bin/flanneld';

/** @throws ToolError, ImageError */
export async function flannelImage(report: Report): Promise<ImageSpec> {
  const file = await ensureTool('flanneld', { onProgress: report });
  return {
    layers: [
      await iptablesLayer(report),
      await filesLayer('flanneld', [{ path: PLACE, mode: 0o755, file }, ...IPTABLES_LINKS]),
    ],
    config: { Entrypoint: [`/${PLACE}`] },
  };
}
