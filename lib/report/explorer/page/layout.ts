/** Where everything stands in the scatter. @module */
import type { Region } from "./filters.ts";
import type { Frame } from "./frame.ts";
import type { Point, Spot } from "./nearest_point.ts";
import { type Scale, scaleOf } from "./scale.ts";
import type { Scene } from "./scene.ts";
import { columnOf } from "./unpack.ts";

/** `points`: of the latents that are shown, and have both numbers. */
export type Layout = { frame: Frame; x: Scale; y: Scale; points: Point[] };

/** A rectangle, from corner to corner. */
export type Corners = { from: Spot; to: Spot };

/** Scales are those of all latents, so that points stay where they are while others are left out. */
export function layoutOf(
  { explorer, axes }: Pick<Scene, "explorer" | "axes">,
  shown: readonly number[],
  { width, height }: { width: number; height: number },
): Layout {
  const frame = { left: 68, right: width - 12, top: 12, bottom: height - 50 };
  const [a, b] = [columnOf(explorer, axes.x), columnOf(explorer, axes.y)];
  const x = scaleOf(a.values, { from: frame.left, to: frame.right, log: a.log });
  const y = scaleOf(b.values, { from: frame.bottom, to: frame.top, log: b.log });
  const points = shown.map((latent) => ({
    latent,
    left: x.at(a.values[latent]),
    top: y.at(b.values[latent]),
  })).filter(({ left, top }) => Number.isFinite(left) && Number.isFinite(top));
  return { frame, x, y, points };
}

/** The bounds of a rectangle that was drawn. */
export function regionOf({ from, to }: Corners, { x, y }: Layout): Region {
  const bounds = (a: number, b: number): [number, number] => a < b ? [a, b] : [b, a];
  return {
    x: bounds(x.value(from.left), x.value(to.left)),
    y: bounds(y.value(from.top), y.value(to.top)),
  };
}

/** The rectangle of bounds, as much of it as the frame has; nothing where there are none. */
export function cornersOf(region: Region, { x, y, frame }: Layout): Corners | undefined {
  if (!region.x && !region.y) return undefined;
  const within = (at: number, least: number, most: number) => Math.min(most, Math.max(least, at));
  const corner = (i: 0 | 1, left: number, top: number): Spot => ({
    left: region.x ? within(x.at(region.x[i]), frame.left, frame.right) : left,
    top: region.y ? within(y.at(region.y[i]), frame.top, frame.bottom) : top,
  });
  return { from: corner(0, frame.left, frame.bottom), to: corner(1, frame.right, frame.top) };
}
