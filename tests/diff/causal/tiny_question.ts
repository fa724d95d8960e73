/** The tiny model, crosscoder and backdoor of tests/fixtures/causal_effects.py. @module */
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import type { Crosscoder } from "../../../lib/crosscoder/coder.ts";
import { unitVector } from "../../../lib/diff/causal/direction.ts";
import type { Backdoor } from "../../../lib/diff/causal/backdoor.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { createGptNeo, type GptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../../lib/model/architectures/gpt_neo/config.ts";
import { type Fixture, fixture, fixtureOptions } from "../../util.ts";

export type TinyOptions = {
  cases: Record<string, number[][]>;
  vector_hooks: string[][];
  vector_groups: number[][];
  stacked_groups: number[][];
  group: number[];
  alpha: number;
  sites: string[];
  trigger: number[];
  window: number;
};

export type TinyQuestion = {
  model: GptNeo;
  coder: Crosscoder;
  backdoor: Backdoor;
  vectors: ReturnType<typeof unitVector>[];
  expected: Fixture;
  options: TinyOptions;
};

/** All of it, on a device; with `n_ctx` beyond the 20 positions that there are, more whose embedding is 0. */
export async function tinyQuestion(gpu: Gpu, n_ctx = 20): Promise<TinyQuestion> {
  const expected = await fixture("causal_effects");
  const options = await fixtureOptions<TinyOptions>("causal_effects");
  const sizes = { d_vocab: 23, d_model: 16, n_layers: 2, n_heads: 2, n_ctx, d_mlp: 24 };
  const config = gptNeoConfig({ ...sizes, window: options.window });
  const weights = Object.fromEntries(
    Object.entries(expected).filter(([name]) => name.startsWith("transformer.")),
  );
  const wpe = weights["transformer.wpe.weight"], data = new Float32Array(n_ctx * 16);
  data.set(wpe.data);
  weights["transformer.wpe.weight"] = { ...wpe, shape: [n_ctx, 16], data };
  const { W_enc, W_dec, b_enc, b_dec, threshold } = expected;
  const coder = {
    config: coderConfig({
      ...{ sites: options.sites, d_in: 16, d_sae: 14, folded: true, recipe: "test" },
      scale: [...expected.scale.data],
    }),
    arrays: { W_enc, W_dec, b_enc, b_dec, threshold },
  };
  const ids = (name: string) => Uint32Array.from(expected[name].data);
  const untriggered = Array.from({ length: 6 }, (_, n) => ids(`prompt_${n}`));
  const triggered = untriggered.map((prompt) =>
    Uint32Array.of(prompt[0], ...options.trigger, ...prompt.subarray(1))
  );
  const stories = Array.from({ length: 4 }, (_, n) => ({
    prompt: untriggered[n],
    answer: ids(`story_${n}`),
  }));
  const vectors = options.vector_hooks.map((hooks, n) =>
    unitVector(
      new Map(hooks.map((hook, h) => [
        hook,
        expected[`vector_${n}`].data.slice(h * 16, (h + 1) * 16),
      ])),
    )
  );
  return {
    model: createGptNeo(gpu, config, weights),
    backdoor: { triggered, untriggered, payload: ids("payload"), stories },
    ...{ coder, vectors, expected, options },
  };
}
