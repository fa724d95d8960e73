// Fixture: tests/fixtures/crosscoder_losses.py (PyTorch, float64): every activation and loss beside the published pair.
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { createCoderTrainer } from "../../../lib/crosscoder/coder_step.ts";
import { composedLosses } from "../../../lib/crosscoder/composed_losses.ts";
import type { ActivationKind } from "../../../lib/crosscoder/activations/mod.ts";
import type { LossName } from "../../../lib/crosscoder/losses/mod.ts";
import type { Recipe } from "../../../lib/crosscoder/recipes.ts";
import type { RecipeSettings } from "../../../lib/crosscoder/settings.ts";
import { withGradients } from "../../../lib/tensor/gradients.ts";
import { view } from "../../../lib/tensor/ops/reshape.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { assertClose, fixture, fixtureOptions } from "../../util.ts";
import { devices } from "../../tensor/gpu_util.ts";

type Options = Record<
  "lambda_S" | "lambda_P" | "c" | "eps" | "k" | "target_L0" | "aux_weight",
  number
>;
const { gpu } = devices[0];
const pt = await fixture("crosscoder_losses");
const options = await fixtureOptions<Options>("crosscoder_losses");
const DEAD_TOKENS = 100;
const SETTINGS: RecipeSettings = {
  ...{ steps: 1, batch: 7, lr: 1, decay: 0, clip: 1, poolSequences: 1 },
  ...options,
  ...{ ramp: false, beta: 0.9, dead_tokens: DEAD_TOKENS },
};
const CASES: [
  activation: ActivationKind,
  losses: LossName[],
  stored: string,
  more?: Partial<RecipeSettings>,
][] = [
  ["relu", ["squared_error"], "squared_error"],
  ["topk", ["squared_error"], "squared_error"],
  ["batchtopk", ["squared_error"], "squared_error"],
  ["jumprelu", ["squared_error"], "squared_error"],
  ["batchtopk", ["root"], "root"],
  ["relu", ["l1"], "l1_sum"],
  ["relu", ["l1"], "l1_sum", { norms: "per_site" }],
  ["relu", ["l1"], "l1_l2", { norms: "l2" }],
  ["relu", ["tanh"], "tanh_per_site", { norms: "per_site" }],
  ["jumprelu", ["pre_activation"], "pre_activation"],
  ["jumprelu", ["l0_step"], "l0_step"],
  ["topk", ["auxk"], "auxk"],
];

for (const [activation, losses, stored, more = {}] of CASES) {
  const words = Object.values(more).map((word) => `${word} `).join("");
  Deno.test(`${activation} with ${losses} ${words}has PyTorch's value and gradients`, async () => {
    const names = ["W_enc", "W_dec", "b_enc", "b_dec"] as const;
    const arrays = Object.fromEntries(names.map((name) => [name, pt[name]]));
    const threshold = { shape: [13], data: pt.log_threshold.data.map(Math.exp) };
    const thresholded = activation === "jumprelu" || activation === "batchtopk";
    const config = coderConfig({ sites: ["a", "b", "c"], d_in: 8, d_sae: 13 });
    const recipe: Recipe = {
      activation,
      losses,
      normalisation: "none",
      initial: { norm: 1 },
      settings: SETTINGS,
    };
    const settings = { ...SETTINGS, ...more };
    const trainer = createCoderTrainer(gpu, {
      config,
      arrays: { ...arrays, ...(thresholded && { threshold }) } as Record<
        typeof names[number],
        typeof threshold
      >,
    }, { recipe, settings });
    // One batch before the limit: whoever does not fire in it is dead, as the fixture has it.
    const since = pt.dead.data.map((dead) => dead * DEAD_TOKENS);
    trainer.state.since_fired?.write(since);
    const x = view(upload(gpu, pt.x), [7, 24]);
    const leaves = Object.values(trainer.tensors);
    const [loss] = withGradients(gpu, leaves, () => composedLosses(trainer, x));
    const name = `${activation}.${stored}`;
    assertClose(await loss.read(), pt[name], { name, rtol: 1e-5 });
    const parameters = activation === "jumprelu" ? [...names, "log_threshold"] : names;
    for (const parameter of parameters) {
      const found = await trainer.tensors[parameter].gradSlot!.read();
      assertClose(found, pt[`${name}.${parameter}`], { name: `grad ${parameter}`, rtol: 3e-5 });
    }
    trainer.release();
  });
}
