/** Which latents are shown. @module */
import type { Explorer } from "./explorer.ts";
import type { Axes } from "./scene.ts";
import { columnOf } from "./unpack.ts";
import type { Windows } from "./windows.ts";

/** Bounds of the two axes; undefined where there is none. */
export type Region = { x?: [number, number]; y?: [number, number] };

export type Filters = {
  /** By flag: with the mark alone, or without. */
  flags: Record<string, "with" | "without" | "any">;
  /** Indices of the groups that are hidden. */
  hidden: number[];
  /** A number of a latent, or a piece of text. */
  query: string;
  region: Region;
};

export function firstFilters({ flags }: Explorer): Filters {
  const first = flags.map(({ id, hide }) => [id, hide ? "without" : "any"]);
  return { flags: Object.fromEntries(first), hidden: [], query: "", region: {} };
}

/** Nothing is left out, dead ones neither. */
export function noFilters(explorer: Explorer): Filters {
  const { flags, ...others } = firstFilters(explorer);
  return { ...others, flags: Object.fromEntries(Object.keys(flags).map((id) => [id, "any"])) };
}

/** The latents that pass, in their order. */
export function shownLatents(
  explorer: Explorer,
  { filters, axes }: { filters: Filters; axes: Axes },
): number[] {
  const { flags, groups, size, windows } = explorer;
  const asked = flags.filter(({ id }) => filters.flags[id] !== "any");
  const [x, y] = [columnOf(explorer, axes.x).values, columnOf(explorer, axes.y).values];
  const matches = matcher(filters.query, windows);
  const shown = [];
  for (let i = 0; i < size; i++) {
    if (!asked.every(({ id, values }) => (values[i] === 1) === (filters.flags[id] === "with"))) {
      continue;
    }
    if (groups && filters.hidden.includes(groups.values[i])) continue;
    if (!isWithin(x[i], filters.region.x) || !isWithin(y[i], filters.region.y)) continue;
    if (matches(i)) shown.push(i);
  }
  return shown;
}

function isWithin(value: number, bounds: [number, number] | undefined): boolean {
  return bounds === undefined || (value >= bounds[0] && value <= bounds[1]);
}

/** "#832" and "832" are a latent, and "832" may stand in a text as well; anything else is text. */
function matcher(query: string, windows: Windows): (latent: number) => boolean {
  const wanted = query.toLowerCase();
  if (wanted.trim() === "") return () => true;
  const number = /^\s*#?(\d+)\s*$/.exec(wanted)?.[1];
  if (number !== undefined && wanted.includes("#")) return (latent) => latent === Number(number);
  return (latent) => latent === Number(number) || windows.text(latent).includes(wanted);
}

/** The order of rows: of a column, of "group", or of "latent", their numbers. */
export type Order = { column: string; down: boolean };

export function sorted(explorer: Explorer, latents: readonly number[], order: Order): number[] {
  const list = [...latents], sign = order.down ? -1 : 1;
  if (order.column === "latent") return order.down ? list.reverse() : list;
  const values = order.column === "group"
    ? explorer.groups!.values
    : columnOf(explorer, order.column).values;
  const last = (value: number) => Number.isFinite(value) ? 0 : 1; // what has no number comes last
  return list.sort((a, b) =>
    last(values[a]) - last(values[b]) || (last(values[a]) ? 0 : sign * (values[a] - values[b])) ||
    a - b
  );
}
