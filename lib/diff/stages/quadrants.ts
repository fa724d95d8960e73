/**
 * The quadrants of the rotation scatter: which of the two changes turned a latent?
 *
 *   max_change_DM   both cosines below their cuts: the bottom left
 *   max_change_D    only x = cos(D, DF) below
 *   max_change_M    only y = cos(M, MF) below
 *   min_change_DM   neither
 *
 * A cut is a percentile of each axis. Published is the percentile over all latents; those that are
 * dead have cosines near 0 and fill the bottom left, so here the cut is taken over active latents
 * and the published one stands beside it.
 *
 * @module
 */
import { exactly, expectForm, having, number } from "../../io/form.ts";
import { expectNumbers } from "../../numerics/numbers.ts";
import { quantile } from "../../numerics/statistics.ts";

/** The corners of the scatter, by which changes turned a latent. */
export const QUADRANTS = [
  "max_change_DM",
  "max_change_D",
  "max_change_M",
  "min_change_DM",
] as const;
/** One of them. */
export type Quadrant = typeof QUADRANTS[number];

/** Cosines on both axes: of a latent, or where the cuts stand. */
export type Point = { x: number; y: number };

const PERCENTILE = exactly({ percentile: number({ least: 0, most: 100 }) });

/** The cut at a percentile (0 to 100) of each axis over the given points. */
export function percentileCut(points: readonly Point[], percentile: number): Point {
  expectForm("cut at a percentile", { percentile }, PERCENTILE, "name one from 0 to 100");
  return {
    x: quantile(points.map(({ x }) => x), percentile / 100),
    y: quantile(points.map(({ y }) => y), percentile / 100),
  };
}

/** The quadrant of a latent; a cosine that equals the cut is not below it. */
export function quadrantOf(point: Point, cut: Point): Quadrant {
  const turnedX = point.x < cut.x;
  const turnedY = point.y < cut.y;
  if (turnedX && turnedY) return "max_change_DM";
  if (turnedX) return "max_change_D";
  return turnedY ? "max_change_M" : "min_change_DM";
}

const CUT = having({ x: number(), y: number() });

/** The points of each quadrant, in their order. Throws on a cosine or a cut that is not finite. */
export function byQuadrant<T extends Point>(
  points: readonly T[],
  cut: Point,
): Record<Quadrant, T[]> {
  expectForm("sort latents by quadrant", cut, CUT, "take the cut of percentileCut");
  for (const axis of ["x", "y"] as const) {
    expectNumbers("sort latents by quadrant", points.map((point) => point[axis]));
  }
  const groups = Object.fromEntries(QUADRANTS.map((name) => [name, [] as T[]]));
  for (const point of points) groups[quadrantOf(point, cut)].push(point);
  return groups as Record<Quadrant, T[]>;
}

/** Anthropic's box: the points below one absolute threshold on both axes. */
export function inBox<T extends Point>(points: readonly T[], threshold: number): T[] {
  expectForm("box latents", { threshold }, exactly({ threshold: number() }));
  return points.filter(({ x, y }) => x < threshold && y < threshold);
}
