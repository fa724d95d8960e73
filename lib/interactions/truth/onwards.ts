/**
 * Four-point truth at the ablated token and all later ones that tell a next token: every variant is
 * a run over its whole sequence.
 * @module
 */
import { makeHooks } from "../../model/hooks.ts";
import type { KeptRun } from "../../model/kept_rows.ts";
import { residual, unembed } from "../../model/language_model.ts";
import { readTensors } from "../../tensor/read.ts";
import { takeRows } from "../../tensor/ops/rows.ts";
import { type Tensor, uploadIds } from "../../tensor/tensor.ts";
import { type ChunkWork, measuresOf, nextToken } from "./at_token.ts";
import { fourPointLogits, fourPointNorms, uploadPoints } from "./four_points.ts";
import { editsOf, type PreparedMode } from "./modes.ts";
import { EACH, uploadRemoval } from "./remove_latents.ts";
import type { Measures } from "./truth.ts";
import type { Variants } from "./variants.ts";

/** The truth of one chunk, by mode. */
export async function truthOnwards(work: ChunkWork): Promise<Measures[]> {
  const { model, run, modes, variants } = work, { gpu } = model;
  const { clean, token, at } = variants("zero");
  using owned = new DisposableStack();
  const places = everyPlace(run, { clean, token, at });
  const before = owned.use(taken(run.resid, places.clean));
  const cleanLogits = owned.use(unembed(model, before));
  const ids = owned.use(uploadIds(gpu, [token.length, run.pos], sequencesOf(run, token)));
  const measured = modes.map((mode) => {
    using after = ablated(work, { ids, mode, rows: places.rows });
    using logits = unembed(model, after);
    return [
      [before, after, fourPointNorms] as const,
      [cleanLogits, logits, fourPointLogits] as const,
    ].map(([clean, rows, measure]) => {
      const points = uploadPoints({ clean, rows }, places);
      const result = owned.use(measure(points));
      points.at.release();
      points.targets.release();
      return result;
    });
  });
  const read = await readTensors(measured.flat());
  return measured.map((_, m) => summed(measuresOf(read.slice(2 * m, 2 * m + 2)), places.start));
}

/** The last residual stream of every variant at the places `rows`, [rows, d_model]. */
function ablated(
  { model, run: { pos }, variants }: ChunkWork,
  { ids, mode, rows }: { ids: Tensor; mode: PreparedMode; rows: Uint32Array },
): Tensor {
  const { token, latents, amounts } = variants(mode.ablation);
  const [everywhere, nothing] = [
    new Uint32Array(latents.length * pos),
    new Float32Array(latents.length * pos),
  ];
  token.forEach((place, v) => {
    const to = EACH * (v * pos + place % pos);
    everywhere.set(latents.subarray(EACH * v, EACH * v + EACH), to);
    nothing.set(amounts.subarray(EACH * v, EACH * v + EACH), to);
  });
  using removal = uploadRemoval(model.gpu, everywhere, nothing);
  const hooks = makeHooks(model, { edits: editsOf(mode, removal) });
  using resid = residual(model, ids, { hooks });
  return taken(resid, rows);
}

function taken(resid: Tensor, rows: Uint32Array): Tensor {
  using index = uploadIds(resid.gpu, [rows.length], rows);
  return takeRows(resid, index);
}

function sequencesOf({ sequences, pos }: KeptRun, token: Uint32Array): Uint32Array {
  const ids = new Uint32Array(token.length * pos);
  token.forEach((place, v) => ids.set(sequences[Math.floor(place / pos)], v * pos));
  return ids;
}

/**
 * The four points of each instance at its own and all later positions: `clean` are their places in
 * the run, `rows` those in the variants; the ones of instance n are at [4 start[n] .. 4 start[n + 1]].
 */
function everyPlace(
  run: KeptRun,
  { clean, token, at }: Pick<Variants, "clean" | "token" | "at">,
) {
  const { pos } = run, later = (place: number) => pos - 1 - place % pos;
  const starts = (places: Uint32Array) => {
    const start = new Uint32Array(places.length + 1);
    places.forEach((place, n) => start[n + 1] = start[n] + later(place));
    return start;
  };
  const cleanStart = starts(clean), rowStart = starts(token);
  const cleanPlaces = spread(cleanStart, (c, q) => clean[c] + q);
  const rows = spread(rowStart, (v, q) => v * pos + token[v] % pos + q);
  const own = Uint32Array.from({ length: at.length / 4 }, (_, n) => clean[at[4 * n]]);
  const start = starts(own), points = new Uint32Array(4 * start[own.length]);
  own.forEach((place, n) => {
    const [c, ...variants] = at.subarray(4 * n, 4 * n + 4);
    for (let q = 0; q < later(place); q++) {
      points.set([cleanStart[c] + q, ...variants.map((v) => rowStart[v] + q)], 4 * (start[n] + q));
    }
  });
  const targets = spread(start, (n, q) => nextToken(run, own[n] + q));
  return { clean: cleanPlaces, rows, at: points, targets, start };
}

/** value(n, q) for each q of start[n + 1] − start[n], one n behind the other. */
function spread(start: Uint32Array, value: (n: number, q: number) => number): Uint32Array {
  const values = new Uint32Array(start[start.length - 1]);
  for (let n = 0; n + 1 < start.length; n++) {
    for (let q = 0; q < start[n + 1] - start[n]; q++) values[start[n] + q] = value(n, q);
  }
  return values;
}

/** By instance: KL and loss add up over positions, norms are those of all positions together. */
function summed({ GT1: _, ...measures }: Measures, start: Uint32Array): Measures {
  const over = (values: Float32Array, norm: boolean) =>
    Float32Array.from({ length: start.length - 1 }, (_, n) => {
      let sum = 0;
      for (let at = start[n]; at < start[n + 1]; at++) sum += norm ? values[at] ** 2 : values[at];
      return norm ? Math.sqrt(sum) : sum;
    });
  const { KL, dloss, ...norms } = measures;
  return {
    ...Object.fromEntries(Object.entries(norms).map(([name, x]) => [name, over(x, true)])),
    KL: over(KL, false),
    dloss: over(dloss, false),
  } as Measures;
}
