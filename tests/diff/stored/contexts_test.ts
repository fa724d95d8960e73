import { assertEquals, assertThrows } from "@std/assert";
import { fitCrosscoder } from "../../../lib/crosscoder/fit.ts";
import { topContexts } from "../../../lib/crosscoder/latents.ts";
import { textSequences } from "../../../lib/data/text_sequences.ts";
import { encode } from "../../../lib/data/tokenizers/gpt2.ts";
import { countIds, makeVocabulary } from "../../../lib/data/vocabulary.ts";
import { contextTexts } from "../../../lib/diff/stored/contexts.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { tinyModel } from "../../model/tiny_model.ts";

const texts = ["The cat sat on the mat.", "The dog ran to the\n old house."];
const vocabulary = makeVocabulary(countIds(texts.map(encode)), { size: 20 });
const sequences = textSequences(vocabulary, texts, { length: 6 });

Deno.test("contextTexts() shows a place as a line of text, the firing token in brackets", () => {
  const top = [
    { activation: 2, example: 0, position: 1 },
    { activation: 1, example: 1, position: 5 },
  ];
  const options = { sequences, vocabulary, before: 2, after: 1 };
  assertEquals(contextTexts(top, options), ["The[ cat] sat", " to the[⏎]"]);
  assertEquals(contextTexts(top, { ...options, n: 1 }), ["The[ cat] sat"]);
  assertThrows(
    () => contextTexts([{ activation: 1, example: 2, position: 0 }], options),
    RangeError,
    "position 0 of sequence 2",
  );
});

Deno.test("contextTexts() reads what topContexts() gives for text that was never anything but text", async () => {
  const model = tinyModel(devices[0].gpu);
  const sites = ["blocks.*.hook_resid_post"];
  const coder = await fitCrosscoder(model, sequences, { sites, d_sae: 8, steps: 2, batch: 4 });
  const { fired, top } = await topContexts(model, coder, sequences);
  const latent = fired.findIndex((times) => times > 0);
  const lines = contextTexts(top[latent], { sequences, vocabulary });
  assertEquals(lines.length, Math.min(5, fired[latent]));
  assertEquals(lines.every((line) => /\[.+\]/.test(line)), true);
});
