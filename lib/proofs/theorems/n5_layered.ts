/**
 * Theorem N5: the layered proof, cubic with a small constant.
 *
 * For a set X of wrong tokens and bounds H(i,t) >= h_x(i,t) for all x in X, the sequences that some
 * x in X makes wrong are at most the assignments with H_q + sum H(i,t_i) >= 0. Here X is the far
 * set {x <= m-g or x > m}, with terms p_i z_t from row maxima, and each near x alone (m-g < x < m);
 * p_i and tau_t are the exponentials of position and token scores. The gap g(q,m) is a hint: 0
 * gives up on the pair.
 *
 * tau may come from approximate scores (attention_error.ts): their error widens the weight of every
 * token but m, since only differences to m remain. EU may come from a shared row and a slack
 * (direct_path.ts).
 * @module
 */
import { countUp, pairsOf, sequencesWith } from "../tables/counting.ts";
import { sumPairs, type Verification } from "../tables/verification.ts";
import type { Flops } from "../tables/flops.ts";
import { ATTENTION_ERRORS, EXACT_SCORES } from "../subcubic/attention_error.ts";
import { directDimension, scoresDimension } from "../subcubic/dimension.ts";
import { DIRECT_PATHS } from "../subcubic/direct_path.ts";
import { hintVectors } from "../subcubic/parts.ts";
import { tableSizes } from "../tables/dimension.ts";
import { answersOf } from "../tasks/n4.ts";
import { searchTaskN5, verifyTaskN5 } from "../tasks/n5.ts";
import type { Theorem } from "../theorem.ts";
import { type Layered, type LayeredParts, prepareLayered } from "./layered_tables.ts";
import { layerCounter } from "./layers.ts";

type N5Parts = Required<LayeredParts>;

const strategies = ATTENTION_ERRORS.flatMap((attention) =>
  (["exact", ...DIRECT_PATHS] as const).map((direct) => {
    const isExact = attention === EXACT_SCORES && direct === "exact";
    const parts: N5Parts = { attention, direct };
    return isExact
      ? { name: "N5", kind: "N5", group: "N5", parts }
      : { name: `N5/${attention}/${direct}`, kind: "N5-variant", group: "N5", parts };
  })
);

export const n5: Theorem<N5Parts, LayerHints> = {
  name: "N5",
  title: "Counts on a grid for the far wrong tokens together, and for each near one",
  source: "ours",
  sound: true,
  strategies,
  kinds: { "N5": "N5", "N5-variant": "N5, approximate" },
  options: ["G", "gMax"],
  planned: [
    { strategy: "N5", G: 16, gMax: 4 },
    { strategy: "N5", G: 32, gMax: 4, everyFloat32: true },
    { strategy: "N5", G: 64, gMax: 6, everyFloat32: true },
    // Cheaper: approximate scores or direct path, exact otherwise.
    ...["max_diff_exact", "max_diff_subproduct", "max_diff", "max_diff_subproduct_recursive"]
      .map((attention) => ({ strategy: `N5/${attention}/exact`, G: 32, gMax: 4 })),
    { strategy: "N5/svd/exact", G: 32, gMax: 8 },
    ...["max_diff_exact", "mean_query+max_diff"]
      .map((direct) => ({ strategy: `N5/${EXACT_SCORES}/${direct}`, G: 32, gMax: 4 })),
  ],
  growth: 3,
  search: ({ tables, directions }, parts, { G, gMax }) =>
    searchN5(prepareLayered(tables, parts, { directions, G }), { gMax }),
  form: {
    expected: "a Uint16Array [v, v]",
    holds: (found, { v }) => found instanceof Uint16Array && found.length === v * v,
  },
  verify: ({ tables, directions }, parts, { found, G }) =>
    verifyN5(prepareLayered(tables, parts, { directions, G }), found),
  write: ({ tables: { v }, directions }, parts, { found, G }) => ({
    parameters: { G, ...parts },
    hints: { g: pairsOf(v).map(([q, m]) => found[q * v + m]), ...hintVectors(parts, directions) },
  }),
  forTasks: {
    strategy: "N5",
    planned: [{ strategy: "N5", G: 64, gMax: 4, everyFloat32: true }],
    search: searchTaskN5,
    verify: verifyTaskN5,
    write: (prover, { found, G }) => ({
      parameters: { G },
      hints: { g: answersOf(prover).map((at) => found[at]) },
    }),
  },
  dimension({ attention, direct }, sizes) {
    const { EU, PVOU, EQKP, EVOU } = tableSizes(sizes);
    return (direct === "exact" ? EU : directDimension(direct, sizes)) + PVOU +
      scoresDimension(attention, sizes) + EQKP + EVOU;
  },
};

/** g[q * v + m], 0 = give up. */
export type LayerHints = Uint16Array;

/** Verifies N5 for the given hints. */
export function verifyN5(proof: Layered, hints: LayerHints): Verification {
  const { tables: { v, K } } = proof;
  const flops: Flops = { total: proof.flops.total };
  const counter = layerCounter(proof, flops);
  const exact = v ** (K - 1) < 2 ** 52;
  const byPair = new Array<bigint>(v * v).fill(0n);
  for (let q = 0; q < v; q++) {
    for (let m = q; m < v; m++) {
      const g = hints[q * v + m];
      if (g === 0) continue;
      const all = sequencesWith(q, m, K);
      const pair = counter.pair(q, m);
      let wrong = 0;
      for (const layer of counter.layers(pair, g)) wrong += counter.count(layer);
      const bad = countUp(wrong, exact);
      byPair[q * v + m] = bad < all ? all - bad : 0n;
    }
  }
  return sumPairs(byPair, flops.total);
}

/**
 * For each pair the gap up to gMax that leaves the fewest wrong sequences, the smallest of equals.
 * Once the far set wins nothing, a larger gap only adds near sets. Gives up where no gap certifies
 * anything.
 */
function searchN5(proof: Layered, { gMax }: { gMax: number }): LayerHints {
  const { tables: { v, K } } = proof;
  const flops: Flops = { total: 0 };
  const counter = layerCounter(proof, flops);
  const hints = new Uint16Array(v * v);
  for (let q = 0; q < v; q++) {
    for (let m = q; m < v; m++) {
      const pair = counter.pair(q, m);
      let least = Number(sequencesWith(q, m, K)), near = 0;
      for (let g = 1; g <= gMax && near < least; g++) {
        if (g > 1 && m - g + 1 >= 0) near += counter.near(pair, m - g + 1);
        const far = counter.far(pair, g);
        if (far + near < least) {
          least = far + near;
          hints[q * v + m] = g;
        }
        if (far === 0) break;
      }
    }
  }
  return hints;
}
