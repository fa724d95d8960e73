// Every sound theorem against exact enumeration, pair (q, m) by pair, on random tiny models: ties, zero matrices
// and weights up to 2^60 times the others among them.
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type MaxOfKModel, maxOfKShapes } from "../../lib/proofs/max_of_k.ts";
import {
  makeProver,
  proveBound,
  type Prover,
  searchStrategy,
  verifyStrategy,
} from "../../lib/proofs/prove.ts";
import { parseStrategy, strategyNames } from "../../lib/proofs/strategies.ts";
import { ATTENTION_HANDLINGS } from "../../lib/proofs/subcubic/concentration.ts";
import type { SubcubicParts } from "../../lib/proofs/subcubic/parts.ts";
import { prepareSubcubic } from "../../lib/proofs/subcubic/subcubic.ts";
import { findDirections, plainFactors } from "../../lib/proofs/tables/directions.ts";
import { makeTables } from "../../lib/proofs/tables/folded.ts";
import { bruteForceTiny } from "../../lib/proofs/theorems/brute_force.ts";
import { THEOREMS } from "../../lib/proofs/theorems/mod.ts";
import { lcg, tinyModel } from "../proofs/tiny_models.ts";
import { maxOfKLogits } from "../reference/max_of_k.ts";

const SOUND = strategyNames().filter((name) => parseStrategy(name).theorem.sound);
/** The theorems that are strategies as they are. */
const SINGLE = THEOREMS.map(({ name }) => name)
  .filter((name) => name !== "brute-force" && SOUND.includes(name));

/** Asserts byPair <= truth in every pair; returns the run. */
function assertSound(prover: Prover, right: Float64Array, name: string, G: number) {
  const run = proveBound(prover, name, { G, gMax: 3 });
  run.byPair.forEach((n, pair) => {
    assert(Number(n) <= right[pair], `${name} G=${G}: ${n} > ${right[pair]} in pair ${pair}`);
  });
  const total = right.reduce((sum, n) => sum + n, 0);
  assert(Number.isFinite(run.bound) && Number.isFinite(run.flops), name);
  if (run.atMost !== undefined) {
    assert(Number(run.atMost) >= total, `${name}: ${run.atMost} < ${total}`);
  }
  return run;
}

Deno.test("cubic and N1 to N5 never exceed the truth on 2,000 tiny models", () => {
  let certified = 0, sequences = 0;
  const grid = fc.constantFrom(1, 2, 3, 16, 256);
  fc.assert(
    fc.property(tinyModel, grid, (model, G) => {
      const prover = makeProver(model);
      const { right, count } = bruteForceTiny(prover.tables);
      for (const name of SINGLE) assertSound(prover, right, name, G);
      certified += Number(proveBound(prover, "N4", { G: 256 }).certified);
      sequences += count;
    }),
    { numRuns: 2000, seed: 11 },
  );
  // A proof that certifies nothing is sound too: N4 must find most of what is true, ties and all.
  assert(certified > 0.6 * sequences, `${certified} of ${sequences}`);
});

Deno.test("sound, N6 and approximate N5 strategies never exceed the truth on 1,200 tiny models", () => {
  const some = fc.array(fc.constantFrom(...SOUND.filter((name) => name.includes("/"))), {
    minLength: 4,
    maxLength: 4,
  });
  fc.assert(
    fc.property(tinyModel, some, (model, names) => {
      const prover = makeProver(model);
      const { right } = bruteForceTiny(prover.tables);
      for (const name of names) assertSound(prover, right, name, 32);
    }),
    { numRuns: 1200, seed: 12 },
  );
});

type Sizes = { v: number; K: number; below: (n: number) => number };

/** Another model of the same sizes. */
function another({ config }: MaxOfKModel, next: () => number): MaxOfKModel {
  const weights = Object.entries(maxOfKShapes(config)).map(([name, [rows, cols]]) => [
    name,
    Float32Array.from({ length: rows * cols }, () => 4 * next() - 2),
  ]);
  return { config, ...Object.fromEntries(weights) };
}

/** Hints of the right form that nobody has searched for; of other theorems, those of another model. */
const BAD_HINTS: Record<string, (sizes: Sizes) => unknown> = {
  subcubic: ({ v, K, below }) => new Uint16Array(v * v * K).map(() => 1 + below(v)),
  N5: ({ v, below }) => new Uint16Array(v * v).map(() => below(v + 2)),
  "N4-partition": ({ v, below }) =>
    Array.from({ length: v * v }, (_, pair) => {
      const sets: number[][] = [[], []];
      for (let x = 0; x < v; x++) if (x !== pair % v) sets[below(3)]?.push(x);
      return sets.filter((X) => X.length > 0);
    }),
  N2: ({ v, K, below }) =>
    Array.from({ length: v * v }, (_, i) => {
      const order = Array.from({ length: i % v }, (_, t) => t).sort(() => below(3) - 1);
      return { order, j: Array.from({ length: K }, () => below((i % v) + 1)) };
    }),
};

Deno.test("hints are untrusted: random ones never lift a bound above the truth", () => {
  fc.assert(
    fc.property(tinyModel, fc.constantFrom(...SOUND), fc.nat(), (model, name, seed) => {
      const next = lcg(seed), below = (n: number) => Math.floor(next() * n);
      const tables = makeTables(model), { v, K } = tables;
      const { right } = bruteForceTiny(tables);
      const vector = (n: number) => Array.from({ length: n }, () => (next() - 0.5) * 4 ** below(4));
      const d = model.config.d_model;
      const directions = {
        ...{ query: vector(v), size: vector(v), query2: vector(v), size2: vector(v) },
        ...{ W_Q_U: vector(d), W_K_U: vector(d), direct: vector(d) },
      };
      const { theorem } = parseStrategy(name);
      const found = BAD_HINTS[theorem.name]?.({ v, K, below }) ??
        searchStrategy(makeProver(another(model, next)), name).found;
      const { byPair } = verifyStrategy({ tables, directions }, name, {
        G: 1 + below(40),
        hints: { theorem: theorem.name, found },
      });
      byPair.forEach((n, pair) => assert(Number(n) <= right[pair], `${name} in pair ${pair}`));
    }),
    { numRuns: 1500, seed: 13 },
  );
});

Deno.test("prepareSubcubic() values are never below the worst logit difference of their case", () => {
  const parts = SOUND.filter((name) => /^(sound|N6)\//.test(name));
  fc.assert(
    fc.property(tinyModel, fc.constantFrom(...parts), (model, name) => {
      const { d_vocab: v, n_ctx: K } = model.config;
      fc.pre(v ** K <= 256);
      const parts = parseStrategy(name).parts as SubcubicParts;
      const tables = makeTables(model);
      const { value } = prepareSubcubic(
        tables,
        parts,
        findDirections(plainFactors(model)),
      );
      const size = 1e-9 *
        (1 + Math.max(...tables.EVOU.hi.map(Math.abs), ...tables.EU.hi.map(Math.abs)));
      for (let n = 0; n < v ** K; n++) {
        const tokens = Array.from({ length: K }, (_, i) => Math.floor(n / v ** i) % v);
        const m = Math.max(...tokens), others = tokens.filter((t) => t < m);
        const logits = maxOfKLogits(model, tokens);
        const worst = Math.max(...[...logits].filter((_, x) => x !== m)) - logits[m];
        for (let g = 1; g <= (others.length === 0 ? 1 : m - Math.max(...others)); g++) {
          const bound = value(tokens[K - 1], m, others.length, g);
          assert(!(bound < worst - size), `${name} (${tokens}) g=${g}: ${bound} < ${worst}`);
        }
      }
    }),
    { numRuns: 400, seed: 14 },
  );
});

Deno.test("N6 certifies nothing by a hinted row e that overflows: its L0 is no number for token 0", () => {
  let certified = 0;
  for (let seed = 0; seed < 60; seed++) {
    const next = lcg(seed);
    const config = { d_vocab: 4, d_model: 3, d_head: 2, n_ctx: 3 };
    const model = another({ config } as MaxOfKModel, next);
    model.W_U.set([100, 0, 0, 0, 100, 0, 0, 0]); // e W_U = Infinity - Infinity at token 0, 0 elsewhere
    const prover = makeProver(model);
    prover.directions.direct = [1e308, -1e308, 0];
    const { right } = bruteForceTiny(prover.tables);
    for (const handling of ATTENTION_HANDLINGS) {
      const name = `N6/exact_EQKE+max_diff_exact/${handling}/svd_query+max_diff`;
      certified += Number(assertSound(prover, right, name, 32).certified);
    }
  }
  assert(certified > 0, "n = 0 needs no hint");
});

Deno.test("every sound strategy certifies nothing of a model that answers nothing", () => {
  const model = {
    config: { d_vocab: 3, d_model: 2, d_head: 2, n_ctx: 3 },
    ...{ W_E: new Float32Array(6), W_pos: new Float32Array(6), W_U: new Float32Array(6) },
    ...{ W_Q: new Float32Array(4), W_K: new Float32Array(4) },
    ...{ W_V: new Float32Array(4), W_O: new Float32Array(4) },
  };
  const prover = makeProver(model);
  for (const name of SOUND) assertEquals(proveBound(prover, name).certified, 0n, name);
});
