/** Which point is meant: by a pointer, or by an arrow key. @module */

export type Spot = { left: number; top: number };
export type Point = Spot & { latent: number };

/** The nearest point within reach. */
export function nearestPoint(
  points: readonly Point[],
  { left, top }: Spot,
  reach: number,
): Point | undefined {
  let best: Point | undefined, least = reach;
  for (const point of points) {
    const distance = Math.hypot(point.left - left, point.top - top);
    if (distance <= least) [best, least] = [point, distance];
  }
  return best;
}

/**
 * The next point in a direction: near, and not far off the line. From nowhere the lowest one on the
 * left; where there is none in that direction the point itself.
 */
export function nextPoint(
  points: readonly Point[],
  from: Point | undefined,
  turn: Spot,
): Point | undefined {
  if (from === undefined) {
    return points.reduce<Point | undefined>(
      (best, point) => !best || point.left - point.top < best.left - best.top ? point : best,
      undefined,
    );
  }
  let best = from, least = Infinity;
  for (const point of points) {
    const right = point.left - from.left, down = point.top - from.top;
    const along = right * turn.left + down * turn.top;
    const aside = Math.abs(right * turn.top) + Math.abs(down * turn.left);
    if (along <= 0 || point.latent === from.latent) continue;
    const far = along + 3 * aside;
    if (far < least) [best, least] = [point, far];
  }
  return best;
}
