import { assert, assertEquals, assertThrows } from "@std/assert";
import { initialModel } from "../../lib/proofs/gpu/train.ts";
import {
  type Hints,
  makeProver,
  proveBound,
  searchStrategy,
  verifyStrategy,
} from "../../lib/proofs/prove.ts";
import { W1 } from "./tiny_models.ts";

Deno.test("verifyStrategy() refuses hints of another strategy and numbers out of range", () => {
  const prover = makeProver(W1);
  const hints = searchStrategy(prover, "N1");
  assertThrows(
    () => verifyStrategy(prover, "N2", { hints }),
    TypeError,
    'expected hints of N2 but found "N1"',
  );
  assertThrows(() => proveBound(prover, "N4", { G: 0 }), RangeError, "expected G to be");
  assertThrows(() => proveBound(prover, "N5", { gMax: 1.5 }), RangeError, "expected gMax to be");
});

Deno.test("verifyStrategy() refuses hints that are no hints, or another model's", () => {
  const prover = makeProver(W1), other = makeProver(initialModel({ ...W1.config, d_vocab: 5 }, 0));
  const verify = (name: string, hints: unknown) =>
    verifyStrategy(prover, name, { hints: hints as Hints });
  const subcubic = "sound/svd/mean_query+diff/max_diff_exact";
  for (const name of ["N2", "N4-partition", "N5", subcubic]) {
    const [own, others] = [searchStrategy(prover, name), searchStrategy(other, name)];
    assertThrows(() => verify(name, others), RangeError, "for v = 4, K = 3 but found");
    assertThrows(() => verify(name, { theorem: own.theorem }), RangeError, "but found undefined");
    assertThrows(() => verify(name, undefined), TypeError, "but found undefined");
  }
  // Each of these would count sequences that no case covers, or that another covers.
  const gaps = new Uint16Array(4 * 4 * 3);
  assertThrows(
    () => verify(subcubic, { theorem: "subcubic", found: gaps }),
    RangeError,
    "from 1 to v for each",
  );
  for (const sets of [[[3]], [[0, 0]], [[0], [0]], [[4]], [[0.5]], [[]], [0], null]) {
    const partition = new Array(16).fill([]).with(3, sets); // q = 0, m = 3
    assertThrows(
      () => verify("N4-partition", { theorem: "N4-partition", found: partition }),
      RangeError,
      "disjoint",
    );
  }
});

Deno.test("proveBound() refuses a strategy that K makes too long, with its size", () => {
  const n_ctx = 14;
  const prover = makeProver({
    ...W1,
    config: { ...W1.config, n_ctx },
    W_pos: new Float32Array(n_ctx * 3),
  });
  assertThrows(
    () => proveBound(prover, "N1"),
    RangeError,
    "found 2^13 position sets a case: take N1n",
  );
  assertThrows(() => proveBound(prover, "brute-force"), RangeError, "found 4^14 sequences");
  const long = makeProver({
    ...W1,
    config: { ...W1.config, n_ctx: 17 },
    W_pos: new Float32Array(51),
  });
  assertThrows(() => proveBound(long, "N3"), RangeError, "patterns: take N3n");
  assert(proveBound(long, "N3n").sequences === 4n ** 17n);
});

Deno.test("proveBound() gives the same result after other strategies have made its parts", () => {
  const names = ["max_diff", "svd", "max_diff_subproduct"].flatMap((attention) =>
    ["published", "sound"].map((kind) => `${kind}/${attention}/mean_query+diff/svd_query+max_diff`)
  );
  const together = makeProver(W1);
  for (const name of [...names, ...names]) {
    assertEquals(proveBound(together, name), proveBound(makeProver(W1), name), name);
  }
});
