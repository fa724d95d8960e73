// The oracle is formulas/ in float64 on the contributions, z and c that the device has.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { attributionMismatch } from "../../../../lib/interactions/agreement/baselines/attribution_mismatch.ts";
import {
  blockBaselines,
  commonBaselines,
  textMeans,
} from "../../../../lib/interactions/agreement/baselines/text_baselines.ts";
import { nonlinearity } from "../../../../lib/interactions/formulas/nonlinearity.ts";
import { pairInstances } from "../../../../lib/interactions/pairs/instances.ts";
import { mainEffects } from "../../../../lib/interactions/pairs/main_effects.ts";
import { mlpOf, mlpSites } from "../../../../lib/interactions/players/mlp.ts";
import { makePlayers } from "../../../../lib/interactions/players/players.ts";
import { textParts } from "../../../../lib/crosscoder/text_parts.ts";
import type { ActivationName } from "../../../../lib/model/components/mlp.ts";
import { devices } from "../../../tensor/gpu_util.ts";
import { assertClose } from "../../../util.ts";
import { hostPlayers, randomCoder, randomModel, randomText } from "../../util.ts";

for (const { gpu, name } of devices) {
  for (const activation of ["gelu_new", "relu"] as const satisfies ActivationName[]) {
    Deno.test(`attributionMismatch() of ${activation} is integrated gradients less the gradient, ${name}`, async () => {
      const model = randomModel(gpu, { activation }), coder = randomCoder();
      const { layer, site } = mlpSites(model, coder)[1], mlp = await mlpOf(model, layer);
      for await (const part of textParts(model, coder, randomText())) {
        using players = makePlayers(gpu, { mlp, coder, site, part });
        const host = await hostPlayers(players), phi = nonlinearity(activation);
        const { start, latent, tokens } = part.active;
        const expected = new Float64Array(latent.length);
        for (let t = 0; t < tokens; t++) {
          for (let e = start[t]; e < start[t + 1]; e++) {
            const vector = new Float64Array(host.d_model);
            for (let k = 0; k < players.d_mlp; k++) {
              const { z, c } = host.neuron(t, k);
              const mean = z === c ? phi.slope(z) : (phi.value(z) - phi.value(c)) / (z - c);
              const missed = host.a(e, k) * (mean - phi.slope(z));
              vector.forEach((_, d) => vector[d] += missed * host.W_out[k * host.d_model + d]);
            }
            expected[e] = Math.hypot(...vector);
          }
        }
        const found = await attributionMismatch(players);
        assert(expected.some((value) => value > 0.01));
        assertClose(found, expected, { name: "mismatch", rtol: 1e-4, atol: 1e-5 });
      }
    });
  }

  Deno.test(`textMeans() averages what every part has, whatever the parts, ${name}`, async () => {
    const model = randomModel(gpu), coder = randomCoder();
    const text = randomText(20); // two parts
    const { parts, acts, blocks } = await textMeans(model, coder, text);
    assertEquals([parts.length, blocks.map(({ layer }) => layer)], [2, [0, 1]]);
    const { site, mlp, removal } = blocks[1];
    const sums = new Float64Array(coder.config.d_sae);
    for await (const part of textParts(model, coder, text, { sequences: 20 })) {
      using players = makePlayers(gpu, { mlp, coder, site, part });
      const norms = await mainEffects(players, { context: "removal" });
      part.active.latent.forEach((latent, e) => sums[latent] += norms[e] / acts.count[latent]);
    }
    assertClose(removal.mean, sums, { name: "means", rtol: 1e-5, atol: 1e-6 });
  });

  Deno.test(`baselines of all pairs of a text are finite, one a pair, ${name}`, async () => {
    const model = randomModel(gpu), coder = randomCoder();
    const means = await textMeans(model, coder, randomText(6));
    const { pairs } = pairInstances(means.parts[0]);
    const common = commonBaselines(means, coder, { pairs, seed: 0 });
    const block = blockBaselines(means, means.blocks[0], { coder, pairs });
    for (const [name, values] of Object.entries({ ...common, ...block })) {
      assertEquals(values.length, pairs.i.length, name);
      assert(Array.from(values).every(Number.isFinite), name);
    }
    const [i, j] = [pairs.i[0], pairs.j[0]], { mean } = means.blocks[0].insertion;
    assertAlmostEquals(block.B5[0], Math.sqrt(mean[i] * mean[j]), 1e-12);
  });
}
