// A small model and a crosscoder of random weights: what the explorer shows is what they give.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import type { Crosscoder } from "../../../lib/crosscoder/coder.ts";
import { topContexts } from "../../../lib/crosscoder/latents.ts";
import { encode } from "../../../lib/data/tokenizers/gpt2.ts";
import { countIds, makeVocabulary, toCompact } from "../../../lib/data/vocabulary.ts";
import { exploreCoder } from "../../../lib/crosscoder/explorer/explore_coder.ts";
import { topPlaces } from "../../../lib/crosscoder/explorer/top_places.ts";
import { createGptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../../lib/model/architectures/gpt_neo/weights.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { packExplorer } from "../../../lib/report/explorer/pack.ts";
import { openExplorer } from "../../../lib/report/explorer/page/explorer.ts";
import { devices } from "../../tensor/gpu_util.ts";

const { gpu } = devices[0];
const ids = encode("One day a small cat sat on the big mat. The dog saw the cat and ran.");
const vocabulary = makeVocabulary(countIds([ids]), { size: 24 });
const compact = [...toCompact(vocabulary, ids)];
const sequences = [compact.slice(0, 9), compact.slice(8, 17), compact.slice(5, 14)];

function modelOf(name: number) {
  const config = gptNeoConfig({
    d_vocab: vocabulary.size,
    d_model: 8,
    n_layers: 1,
    n_heads: 2,
    n_ctx: 16,
  });
  return createGptNeo(gpu, config, initialWeights(config, stream(name, "weights"), { std: 0.5 }));
}

function coderAt(sites: string[], scale: number[]): Crosscoder {
  const random = stream(0, "coder"), n = sites.length;
  const array = (...shape: number[]) => ({
    shape,
    data: random.normals(shape.reduce((a, b) => a * b, 1)),
  });
  const arrays = {
    W_enc: array(n, 8, 6),
    W_dec: array(6, n, 8),
    b_enc: array(6),
    b_dec: array(n, 8),
  };
  arrays.b_enc.data[5] = -1000; // never fires
  const activation = { kind: "relu" } as const;
  return {
    config: coderConfig({ sites, d_in: 8, d_sae: 6, scale, folded: true, activation }),
    arrays,
  };
}

const about = { title: "a coder", about: [] };

Deno.test("exploreCoder() shows where each latent fires, how often, its norms, and who is dead", async () => {
  const model = modelOf(0), coder = coderAt(["hook_embed", "blocks.0.hook_resid_post"], [2, 0.5]);
  const data = await exploreCoder(model, { coder, sequences, vocabulary, ...about });
  const { fired, top } = await topContexts(model, coder, sequences);
  assertEquals(data.density.fired[0], fired);
  assertEquals([...data.flags[0].values as number[]], [0, 0, 0, 0, 0, 1]);
  const { windows } = openExplorer(JSON.stringify(packExplorer(data)));
  for (const [latent, places] of top.entries()) {
    const shown = windows.top(latent, 0);
    assertEquals(shown.length, places.length);
    for (const [i, { activation, example, position }] of places.entries()) {
      const { tokens, at, activations } = shown[i];
      assertAlmostEquals(activations[0][at], activation, 1e-3);
      const text = vocabulary.tokenizer.decode(
        [vocabulary.tokenIds[sequences[example][position]]],
        {
          inside: true,
        },
      );
      assertEquals(tokens[at], text);
    }
  }
  const squares = coder.arrays.W_dec.data.subarray(8, 16).reduce((sum, v) => sum + v * v, 0);
  assertAlmostEquals(data.profile.norms[0][1], 0.5 * Math.sqrt(squares), 1e-5); // latent 0, site 1, scaled
  assertEquals([data.lens!.ids[0].length, data.nearest!.ids[0].length], [6 * 8, 6 * 5]);
  assertEquals(data.missing, []);
});

Deno.test("exploreCoder() takes a crosscoder of two models, and says why there is no lens", async () => {
  const models = { one: modelOf(0), two: modelOf(1) };
  const sites = ["one:blocks.0.attn.hook_z", "two:blocks.0.attn.hook_z"];
  const options = { coder: coderAt(sites, [1, 1]), sequences, vocabulary, ...about };
  const { lens, missing, profile } = await exploreCoder(models, options);
  assertEquals([lens, profile.sites], [undefined, sites]);
  assertEquals(missing, [
    "Logit lens: two:blocks.0.attn.hook_z, the last site, is not the residual stream.",
  ]);
});

Deno.test("topPlaces() has a place once for each latent, whichever stages fire there", () => {
  const at = (example: number, position: number) => ({ activation: 1, example, position });
  const { offsets, sequence, position, top } = topPlaces([
    [[at(0, 1), at(2, 3)], []],
    [[at(2, 3)], [at(2, 3)]],
  ], 2);
  assertEquals([...offsets], [0, 2, 3]);
  assertEquals([[...sequence], [...position]], [[0, 2, 2], [1, 3, 3]]);
  assertEquals(top.map((list) => [...list]), [[0, 1, -1, -1], [1, -1, 2, -1]]);
  assert(sequence.length === 3);
});
