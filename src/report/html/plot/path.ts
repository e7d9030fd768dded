export type Point = readonly [x: number, y: number];

/** SVG path data through the points; null breaks the line. Coordinates to a tenth of a pixel. */
export function linePath(points: readonly (Point | null)[]): string {
  let path = '';
  let pen = 'M';
  for (const point of points) {
    if (point === null) pen = 'M';
    else {
      path += `${pen}${round(point[0])} ${round(point[1])}`;
      pen = 'L';
    }
  }
  return path;
}

/** The area between the points and a horizontal base. */
export function areaPath(points: readonly Point[], base: number): string {
  if (points.length === 0) return '';
  const [first, last] = [points[0]!, points.at(-1)!];
  return `${linePath([[first[0], base], ...points, [last[0], base]])}Z`;
}

/** Each value held until the next point: what was counted stays so until it is counted again. */
export function stepped(points: readonly Point[]): Point[] {
  return points.flatMap((point, i) => {
    const next = points[i + 1];
    return next ? [point, [next[0], point[1]] as const] : [point];
  });
}

/** Leaves out points that lie within `pixels` of the one before; the last one stays. */
export function thin(points: readonly Point[], pixels = 0.8): Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (!last || Math.abs(point[0] - last[0]) >= pixels || Math.abs(point[1] - last[1]) >= pixels)
      kept.push(point);
  }
  const end = points.at(-1);
  if (end && kept.at(-1) !== end) kept.push(end);
  return kept;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Many rectangles as one path. Whole pixels: neighbours then touch without a seam, and the path is short. */
export function cellsPath(boxes: readonly Box[]): string {
  return boxes
    .map((box) => {
      const [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom].map(Math.round) as [
        number,
        number,
        number,
        number,
      ];
      return right > left && bottom > top ? `M${left} ${top}H${right}V${bottom}H${left}z` : '';
    })
    .join('');
}
