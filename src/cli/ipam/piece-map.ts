import { Cidr } from '../../ip/index.ts';
import { type NodeIpamView, type PoolView, pieceRange } from '../../substrate/index.ts';

/** Signs of a map: free, then with a node and up to 25, 50, 75 and 100 % of the addresses given to pods. */
const FREE = '·';
const FILLED = ['░', '▒', '▓', '█'] as const;
const MAX_ROWS = 4;

export const MAP_LEGEND = `${FREE} free; with a node, its addresses used or resting: ░ up to 25 %, ▒ 50 %, ▓ 75 %, █ more`;

export interface PieceMap {
  /** First address of each row, and its signs. */
  readonly rows: readonly { readonly from: string; readonly signs: string }[];
  readonly piecesPerSign: number;
}

/** Draws a pool's CIDR piece by piece, several to a sign when there are more than four rows of them. */
export function pieceMap(pool: PoolView, nodes: readonly NodeIpamView[], width: number): PieceMap {
  const cidr = Cidr.parse(pool.cidr).cidr;
  // Counts are powers of two, so that rows begin at round addresses.
  const columns = 2 ** Math.floor(Math.log2(Math.max(8, Math.min(64, width))));
  const piecesPerSign = Math.max(1, pool.pieces.total / (columns * MAX_ROWS));
  const count = pool.pieces.total / piecesPerSign;
  const used = new Float64Array(count);
  const taken = new Uint8Array(count);
  for (const { from, to, share } of fills(pool, cidr, nodes)) {
    for (let sign = Math.floor(from / piecesPerSign); sign * piecesPerSign < to; sign++) {
      const overlap = Math.min(to, (sign + 1) * piecesPerSign) - Math.max(from, sign * piecesPerSign);
      used[sign]! += (share * overlap) / piecesPerSign;
      taken[sign] = 1;
    }
  }
  const signs = Array.from(used, (share, i) => (taken[i] ? signOf(share) : FREE));
  const rows = Array.from({ length: Math.ceil(count / columns) }, (_, row) => ({
    from: cidr.subnet(pool.nodeMask, row * columns * piecesPerSign).network.toString(),
    signs: signs.slice(row * columns, (row + 1) * columns).join(''),
  }));
  return { rows, piecesPerSign };
}

/** Pieces with a node, and the share of their addresses that pods have. */
function* fills(pool: PoolView, cidr: Cidr, nodes: readonly NodeIpamView[]) {
  for (const each of nodes.flatMap(({ cidrs }) => cidrs)) {
    if (each.pool !== pool.pool) continue;
    const own = Cidr.parse(each.cidr).cidr;
    if (!cidr.contains(own)) continue;
    const share = each.capacity > 0 ? (each.used + each.cooling) / each.capacity : 0;
    yield { ...pieceRange(cidr, pool.nodeMask, own), share };
  }
}

function signOf(share: number): string {
  return FILLED[Math.min(3, Math.max(0, Math.ceil(share * 4) - 1))]!;
}
