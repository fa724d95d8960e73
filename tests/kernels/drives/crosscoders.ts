/** Crosscoders: every recipe trained, then what looks at one. @module */
import { activationConfig } from "../../../lib/crosscoder/activations/mod.ts";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { decode, encode, uploadCoder } from "../../../lib/crosscoder/encode.ts";
import { crosscoderLoss } from "../../../lib/crosscoder/fused_loss.ts";
import { initialise } from "../../../lib/crosscoder/initialise.ts";
import type { ExtraLoss } from "../../../lib/crosscoder/losses/loss.ts";
import { rowContexts } from "../../../lib/crosscoder/latents.ts";
import { rowCounts } from "../../../lib/crosscoder/row_counts.ts";
import { type RecipeName, RECIPES } from "../../../lib/crosscoder/recipes.ts";
import type { RecipeSettings } from "../../../lib/crosscoder/settings.ts";
import { trainCrosscoder } from "../../../lib/crosscoder/train.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { mean } from "../../../lib/tensor/ops/sum.ts";
import { topK } from "../../../lib/tensor/ops/top_k.ts";
import { upload, uploadIds } from "../../../lib/tensor/tensor.ts";
import type { LoggedStep } from "../../../lib/tensor/training.ts";
import { type Drive, numbers } from "./drive.ts";

const ROWS = 64, D_IN = 8, D_SAE = 26, SITES = ["a", "b", "c"], WIDTH = SITES.length * D_IN;

/** Two steps on rows that are there, then what was trained encodes, decodes and finds contexts. */
function trained(
  recipe: RecipeName,
  more: Partial<RecipeSettings> = {},
  extra: readonly ExtraLoss[] = [],
): Drive {
  return {
    name: `crosscoder ${recipe} ${JSON.stringify(more)} ${extra.map(({ name }) => name)}`,
    run: async (gpu) => {
      const table = upload(gpu, { shape: [ROWS, WIDTH], data: numbers(1, ROWS * WIDTH) });
      const index = uploadIds(gpu, [ROWS], Uint32Array.from({ length: ROWS }, (_, i) => i));
      const pool = { tables: [table], rows: ROWS };
      const few = "k" in RECIPES[recipe].settings ? { k: 3 } : {};
      const settings: RecipeSettings = {
        ...RECIPES[recipe].settings,
        ...{ steps: 2, batch: 32, ...few, ...more },
      };
      const activation = activationConfig(RECIPES[recipe].activation, settings);
      const config = coderConfig({ sites: SITES, d_in: D_IN, d_sae: D_SAE, recipe, activation });
      const fresh = await initialise(gpu, config, { pool, random: stream(0, "weights") });
      const steps: LoggedStep[] = [];
      const coder = await trainCrosscoder(gpu, fresh, {
        name: "drive",
        settings,
        extra,
        feed: { pool, index, perRound: 2, feed: () => {} },
        onLog: (rows) => steps.push(...rows),
      });
      using onDevice = uploadCoder(gpu, coder);
      const acts = encode(onDevice, table), decoded = await decode(onDevice, acts).read();
      const { fired } = await rowContexts(gpu, coder, { batches: [table], pos: 8 });
      const log = steps.map(({ metrics, gradNorm }) => [metrics.loss, gradNorm]);
      return { log: log.flat(), decoded, fired };
    },
  };
}

/** The fused loss with a gradient of what it reconstructs as well. */
const fused: Drive = {
  name: "crosscoderLoss",
  run: async (gpu) => {
    const of = (seed: number, shape: number[]) =>
      upload(gpu, { shape, data: numbers(seed, shape.reduce((a, b) => a * b, 1)) });
    const n_sites = SITES.length;
    const coder = {
      W_enc: of(1, [n_sites, D_IN, D_SAE]),
      W_dec: of(2, [D_SAE, n_sites, D_IN]),
      b_enc: of(3, [D_SAE]),
      b_dec: of(4, [n_sites, D_IN]),
      log_threshold: of(5, [D_SAE]),
    };
    const x = of(6, [ROWS, WIDTH]), leaves = { ...coder, x };
    for (const leaf of Object.values(leaves)) leaf.requiresGrad = true;
    const penalties = { lambda_S: 0.2, lambda_P: 1e-2, c: 4, eps: 2 };
    withGradients(gpu, Object.values(leaves), () => {
      crosscoderLoss(coder, x, penalties);
    });
    const found: Record<string, ArrayLike<number>> = {};
    for (const [name, { grad }] of Object.entries(leaves)) found[name] = await grad!.read();
    return found;
  },
};

/** The largest of each row and of all, and how many are not 0. */
const largest: Drive = {
  name: "topK",
  run: async (gpu) => {
    const z = upload(gpu, { shape: [9, 70], data: numbers(2, 630) });
    const weights = upload(gpu, { shape: [70], data: numbers(3, 70).map(Math.abs) });
    const found: Record<string, ArrayLike<number>> = {};
    for (const over of ["row", "all"] as const) {
      for (const ranked of [undefined, weights]) {
        const { kept, smallest } = topK(z, { k: 5, over, weights: ranked });
        const name = `${over} ${ranked !== undefined}`;
        found[`${name} kept`] = await kept.read();
        found[`${name} smallest`] = await smallest.read();
        found[`${name} counts`] = await rowCounts(kept).read();
      }
    }
    return found;
  },
};

export const CROSSCODERS: readonly Drive[] = [
  ...(Object.keys(RECIPES) as RecipeName[]).map((recipe) => trained(recipe)),
  trained("anthropic_jan25", { ramp: true }),
  trained("anthropic_jan25", { norms: "per_site" }),
  trained("anthropic_jan25", { norms: "l2" }),
  // With one from outside losses are taken one by one.
  trained("gemma_scope_2", {}, [{ name: "size", compute: ({ acts }) => mean(acts) }]),
  fused,
  largest,
];
