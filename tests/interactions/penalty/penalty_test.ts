// The formulas of lib/interactions/formulas in float64, differentiated by central differences, are the oracle.
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Crosscoder } from "../../../lib/crosscoder/coder.ts";
import { dominantRest } from "../../../lib/interactions/formulas/dominant.ts";
import { excess } from "../../../lib/interactions/formulas/excess.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { penaltyNeurons } from "../../../lib/interactions/penalty/neurons.ts";
import {
  interactionPenalty,
  PENALTY_KINDS,
  type PenaltyKind,
} from "../../../lib/interactions/penalty/penalty.ts";
import { type Mlp, mlpOf } from "../../../lib/interactions/players/mlp.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose } from "../../util.ts";
import { randomCoder, randomModel } from "../util.ts";

const [{ gpu }] = devices;
const D_SAE = 14, D_IN = 16, BATCH = 6, ROWS = 4;
/** In training: not folded, each site with a scale of its own; the second MLP stands first. */
const SCALE = [2, 0.5, 3];
const SITES = ["blocks.1.ln2.hook_normalized", "hook_embed", "blocks.0.ln2.hook_normalized"];
const BLOCKS = [{ layer: 1, site: 0 }, { layer: 0, site: 2 }];

const trained = randomCoder({ d_sae: D_SAE, sites: SITES });
const coder: Crosscoder = {
  ...trained,
  config: { ...trained.config, folded: false, scale: SCALE },
};

/** Acts with two of three latents off, one row with none and one with a single one. */
function batch() {
  const random = stream(11, "batch");
  const acts = random.normals(BATCH * D_SAE, 1).map((v, at) => {
    const row = Math.floor(at / D_SAE), i = at % D_SAE;
    if (row === 1 || (row === 2 && i !== 5)) return 0;
    return at % 3 === row % 3 ? Math.abs(v) + 0.2 : 0;
  });
  return { acts, x: random.normals(BATCH * 3 * D_IN, 1) };
}

/** The penalty in float64. */
function plain(
  kind: PenaltyKind,
  { acts, x, W_dec, mlps }: {
    acts: ArrayLike<number>;
    x: ArrayLike<number>;
    W_dec: ArrayLike<number>;
    mlps: Mlp[];
  },
): number {
  let sum = 0, n = 0;
  for (const { layer, site } of BLOCKS) {
    const { W_in, b_in, W_out, activation } = mlps[layer];
    const phi = nonlinearity(activation);
    for (let row = 0; row < ROWS; row++) {
      for (let k = 0; k < b_in.data.length; k++) {
        const read = (values: ArrayLike<number>, from: number) =>
          Array.from({ length: D_IN }).reduce(
            (total: number, _, d) =>
              total + W_in.data[k * D_IN + d] * values[from + d] / SCALE[site],
            0,
          );
        const a = Array.from({ length: D_SAE }, (_, i) => i)
          .filter((i) => acts[row * D_SAE + i] !== 0)
          .map((i) => acts[row * D_SAE + i] * read(W_dec, (i * 3 + site) * D_IN));
        const z = b_in.data[k] + read(x, (row * 3 + site) * D_IN);
        const c = z - a.reduce((total, one) => total + one, 0);
        const size = Math.hypot(...W_out.data.subarray(k * D_IN, (k + 1) * D_IN));
        sum += size * (kind === "dominance" ? dominantRest(a) : Math.abs(excess(phi, { a, c })));
        n++;
      }
    }
  }
  return sum / n;
}

for (const activation of ["gelu_new", "gelu", "relu"] as const) {
  for (const kind of PENALTY_KINDS) {
    Deno.test(`${kind} with ${activation} is the formula's mean, and its gradients are finite differences`, async () => {
      const model = randomModel(gpu, { activation, d_mlp: 6 });
      const mlps = [await mlpOf(model, 0), await mlpOf(model, 1)];
      using neurons = await penaltyNeurons(model, coder, { rows: ROWS });
      const { acts, x } = batch(), { data: W_dec } = coder.arrays.W_dec;
      const on = {
        acts: upload(gpu, { shape: [BATCH, D_SAE], data: acts }),
        x: upload(gpu, { shape: [BATCH, 3 * D_IN], data: x }),
        W_dec: upload(gpu, { shape: [D_SAE, 3, D_IN], data: W_dec }),
      };
      on.acts.requiresGrad = on.W_dec.requiresGrad = true;
      const loss = withGradients(
        gpu,
        [on.acts, on.W_dec],
        () => interactionPenalty(on, neurons, { kind }),
      );
      const at = { acts: [...acts], x, W_dec: [...W_dec], mlps };
      assertAlmostEquals((await loss.read())[0], plain(kind, at), 2e-6);
      const of = (name: "acts" | "W_dec", step = 1e-6) =>
        at[name].map((value, i) => {
          // What is off has no contribution, and no gradient.
          if (name === "acts" && value === 0) return 0;
          const moved = (by: number) =>
            plain(kind, { ...at, [name]: at[name].with(i, value + by) });
          return (moved(step) - moved(-step)) / (2 * step);
        });
      const found = { acts: await on.acts.grad!.read(), W_dec: await on.W_dec.grad!.read() };
      assert(found.W_dec.some((value) => Math.abs(value) > 1e-3));
      assertEquals([...found.acts.subarray(ROWS * D_SAE)].some((value) => value !== 0), false);
      for (const name of ["acts", "W_dec"] as const) {
        assertClose(found[name], Float32Array.from(of(name)), { name, rtol: 2e-4, atol: 2e-6 });
      }
    });
  }
}

Deno.test("a penalty refuses sites that no MLP reads, and a batch smaller than what it looks at", async () => {
  const model = randomModel(gpu, { d_mlp: 6 });
  await assertRejects(
    () => penaltyNeurons(model, randomCoder({ sites: ["hook_embed"] }), { rows: 2 }),
    RangeError,
    "Cannot find MLP inputs",
  );
  using neurons = await penaltyNeurons(model, coder, { rows: 9 });
  const { acts, x } = batch();
  const on = {
    acts: upload(gpu, { shape: [BATCH, D_SAE], data: acts }),
    x: upload(gpu, { shape: [BATCH, 3 * D_IN], data: x }),
    W_dec: upload(gpu, coder.arrays.W_dec),
  };
  assertThrows(
    () => interactionPenalty(on, neurons, { kind: "excess" }),
    RangeError,
    "expected at least 9 rows but found 6",
  );
});
