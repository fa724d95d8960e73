// Counts of parameters are those that transformers gives for the models' published configurations.
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Architecture } from "../../lib/model/architecture.ts";
import { architectureOf } from "../../lib/model/architectures/mod.ts";
import {
  forwardFlops,
  keptPerToken,
  parameterCount,
  planLanguageModel,
  type Sized,
} from "../../lib/model/plan.ts";

function sized(json: Record<string, unknown>): Sized {
  const architecture: Architecture = architectureOf("test", json);
  return { architecture, config: architecture.files.fromJson(json, { file: "config.json" }) };
}

const STORIES = sized({
  ...{ model_type: "gpt_neo", hidden_size: 768, num_layers: 4, num_heads: 16 },
  attention_types: [[["global", "local"], 2]],
});
const PYTHIA = sized({
  ...{ model_type: "gpt_neox", hidden_size: 512, num_hidden_layers: 6, num_attention_heads: 8 },
  ...{ intermediate_size: 2048, vocab_size: 50304 },
});

const TINY_LLAMA = sized({
  ...{ model_type: "llama", hidden_size: 2048, intermediate_size: 5632, num_hidden_layers: 22 },
  ...{ num_attention_heads: 32, num_key_value_heads: 4, vocab_size: 32000 },
});

Deno.test("parameterCount() of published models is theirs", () => {
  assertEquals(parameterCount(sized({ model_type: "gpt2" })), 124_439_808);
  assertEquals(parameterCount(PYTHIA), 70_426_624); // pythia-70m
  assertEquals(parameterCount(STORIES), 68_514_048); // TinyStories-33M
  assertEquals(parameterCount(TINY_LLAMA), 1_100_048_384); // TinyLlama-1.1B
});

Deno.test("forwardFlops() counts two for each weight of a matrix, and attention over all positions", () => {
  const blocks = 4 * 12 * 768 ** 2, attention = 4 * 4 * 128 * 768;
  assertEquals(forwardFlops(STORIES, 128, { logits: false }), 2 * blocks + attention);
  assertEquals(forwardFlops(STORIES, 128), 2 * blocks + attention + 2 * 768 * 50257);
  assertEquals(keptPerToken(STORIES, { logits: false }), 4 * (9 * 768 + 2 * 3072) + 3 * 768);
  assertEquals(
    forwardFlops(PYTHIA, 10, { logits: false }),
    6 * (2 * 12 * 512 ** 2 + 4 * 10 * 512),
  );
  const grouped = 2 * 2048 * (2048 + 256) + 3 * 2048 * 5632; // eight queries share a key
  assertEquals(
    forwardFlops(TINY_LLAMA, 10, { logits: false }),
    22 * (2 * grouped + 4 * 10 * 2048),
  );
});

Deno.test("planLanguageModel() of adapters takes less arithmetic and memory, and less yet in parts", () => {
  const training = { steps: 10, batch: 64, sequenceLength: 128, lr: 1e-3 };
  const full = planLanguageModel("full", STORIES, training);
  assertEquals(full.flops, 10 * 64 * 128 * 3 * forwardFlops(STORIES, 128));
  const lora = { r: 8, targets: ["q_proj", "v_proj"] };
  const adapted = planLanguageModel("lora", STORIES, { ...training, lora });
  const trained = 4 * 2 * 8 * (768 + 768);
  assertEquals(full.memory - adapted.memory, 4 * 3 * (68_514_048 - trained));
  assert(adapted.flops < 0.7 * full.flops, `${adapted.flops} of ${full.flops}`);
  const parts = planLanguageModel("parts", STORIES, { ...training, lora, micro: 16 });
  assertEquals(parts.flops, adapted.flops);
  const kept = 1.5 * 4 * 128 * keptPerToken(STORIES);
  assertEquals(adapted.memory - parts.memory, 48 * kept);
  const none = { r: 8, targets: ["c_attn"] };
  assertThrows(
    () => planLanguageModel("none", STORIES, { ...training, lora: none }),
    RangeError,
    "q_proj",
  );
});

Deno.test("planLanguageModel() refuses an architecture without an MLP", () => {
  const sizes = { d_vocab: 5, d_model: 8, d_head: 4, n_layers: 1, n_heads: 1, n_ctx: 4 };
  const model = sized({ model_type: "attention_only", ...sizes });
  const training = { steps: 1, batch: 1, sequenceLength: 4, lr: 1e-3 };
  assertThrows(() => planLanguageModel("no MLP", model, training), Error, "attention_only");
});
