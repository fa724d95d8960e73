// Tables of one model on one text, held against a plain sum over pairs of the same scores.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Crosscoder, fold } from "../../../lib/crosscoder/coder.ts";
import { fitCrosscoder } from "../../../lib/crosscoder/fit.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { interactionTables, joined } from "../../../lib/interactions/diffing/tables.ts";
import { createGptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../../lib/model/architectures/gpt_neo/weights.ts";
import { stream } from "../../../lib/numerics/random.ts";

const SIZES = { d_vocab: 20, d_model: 8, n_layers: 2, n_heads: 2, n_ctx: 16 };

Deno.test("interactionTables() of two halves join to those of the whole text, symmetric, and are found again", async () => {
  using gpu = await openGpu();
  const config = gptNeoConfig(SIZES);
  const model = createGptNeo(gpu, config, initialWeights(config, stream(0, "w"), { std: 0.4 }));
  const random = stream(0, "ids");
  const text = Array.from(
    { length: 12 },
    () => Uint32Array.from({ length: 12 }, () => random.int(20)),
  );
  const coder: Crosscoder = fold(
    await fitCrosscoder(model, text, {
      recipe: "batchtopk",
      sites: ["blocks.*.ln2.hook_normalized"],
      d_sae: 12,
      k: 3,
      steps: 30,
      batch: 32,
      poolSequences: 12,
      dead_tokens: 1000,
    }),
  );
  const whole = await interactionTables(model, coder, text, { sequencesOfPart: 5 });
  const first = await interactionTables(model, coder, text.slice(0, 7));
  const second = await interactionTables(model, coder, text.slice(7));
  const both = joined(first, second);
  assertEquals([whole.tokens, both.tokens], [144, 144]);
  for (const name of ["pairs", "rate", "activation", "main"] as const) {
    whole[name].forEach((value, at) =>
      assertAlmostEquals(both[name][at], value, 1e-6, `${name} ${at}`)
    );
  }
  for (let i = 0; i < 12; i++) {
    assertEquals(whole.pairs[i * 13], 0);
    for (let j = 0; j < i; j++) assertEquals(whole.pairs[i * 12 + j], whole.pairs[j * 12 + i]);
  }
  assertEquals(whole.pairs.some((value) => value > 0.001), true);
});
