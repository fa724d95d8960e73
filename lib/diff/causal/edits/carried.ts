/** Shifts of single tokens that reach every site of a crosscoder as they are wanted there. @module */
import type { Gpu } from "../../../gpu/gpu.ts";
import type { Carrier } from "./carriers.ts";
import type { TextEdit, Variant } from "./edit.ts";
import { heldShifts } from "./shifts.ts";

/** One token of a text in one group's pass. */
export type Place = { group: number; prompt: number; position: number };

/** Adds what is wanted at a site to a sum [d_in]. */
export type Wanted = (sum: Float64Array, site: number) => void;

/**
 * `at` says what is wanted at a token; sites that carry on what those before were given get the
 * difference. With `set` the token is put to that, else it is added.
 */
export function carriedEdit(
  gpu: Gpu,
  variants: Variant[],
  { carriers, d_in, at, set = false }: {
    carriers: readonly Carrier[];
    d_in: number;
    at(place: Place): Wanted;
    set?: boolean;
  },
): TextEdit {
  const rowsAt = ({ site, before }: Carrier, wanted: readonly Wanted[]) => {
    const data = new Float32Array(wanted.length * d_in);
    const sum = new Float64Array(d_in), less = new Float64Array(d_in);
    wanted.forEach((add, n) => {
      add(sum.fill(0), site);
      if (before !== undefined) add(less.fill(0), before);
      for (let c = 0; c < d_in; c++) data[n * d_in + c] = sum[c] - less[c];
    });
    return data;
  };
  return {
    variants,
    hold(own, pos) {
      const wanted = own.flatMap(({ group, prompt, positions }) =>
        positions.map((position) => at({ group, prompt, position }))
      );
      return heldShifts(gpu, {
        tokens: own.length * pos,
        places: own.flatMap(({ positions }, v) => positions.map((p) => v * pos + p)),
        rows: new Map(carriers.map((carrier) => [carrier.hook, rowsAt(carrier, wanted)])),
        set,
      });
    },
  };
}

/** sum += factor · the part of `row` [n_sites · d_in] at a site. */
export function addSite(
  sum: Float64Array,
  row: Float32Array,
  { site, factor }: { site: number; factor: number },
): void {
  const d_in = sum.length;
  for (let c = 0; c < d_in; c++) sum[c] += factor * row[site * d_in + c];
}
