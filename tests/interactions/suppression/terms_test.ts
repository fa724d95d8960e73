// What is cancelled, held against edits by hand on a small random model.
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { edgeTerms } from "../../../lib/interactions/suppression/edges.ts";
import { askedRows, type Forced, lengthOf } from "../../../lib/model/forced/forced.ts";
import { logitsAt, losses, outcomes } from "../../../lib/model/forced/outcomes.ts";
import { effectsOf } from "../../../lib/interactions/suppression/one_at_a_time.ts";
import { readForced, type ReadPart } from "../../../lib/interactions/suppression/read.ts";
import { editsOfShift, type Shift } from "../../../lib/model/forced/shift.ts";
import { latentTerms, pairTerms, shiftOf } from "../../../lib/interactions/suppression/terms.ts";
import { insertedSpan } from "../../../lib/model/forced/span.ts";
import { pairsOfKeys } from "../../../lib/interactions/suppression/traits.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import type { LanguageModel } from "../../../lib/model/language_model.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const gpu = await openGpu();

const FORCED: Forced[] = randomText(3, 9).map((ids, n) => ({
  prompt: Uint32Array.from(ids.slice(0, 4 + n)),
  answer: Uint32Array.from(ids.slice(6, 8)),
}));

async function readSmall(gpu: Gpu) {
  const model = randomModel(gpu), coder = randomCoder();
  return { model, coder, text: await readForced(model, coder, FORCED) };
}

/** The values at a hook point while a shift is subtracted. */
async function valuesAt(
  model: LanguageModel,
  { sequences }: ReadPart,
  hook: string,
  shift: Shift,
): Promise<Float32Array> {
  using held = editsOfShift(model.gpu, shift);
  const { logits, cache } = runWithCache(model, sequences, [hook], { edits: held.edits });
  logits.release();
  using found = cache.get(hook)!;
  return await found.read();
}

/** The two first latents of a token that has at least two, as late as can be. */
function someLatents({ active: { start, latent, tokens } }: ReadPart): [number, number] {
  for (let t = tokens - 1; t >= 0; t--) {
    if (start[t + 1] - start[t] >= 2) return [latent[start[t]], latent[start[t] + 1]];
  }
  throw new Error("no token with two latents");
}

Deno.test("readForced() pads, and takes no latent where nothing stands", async () => {
  const { text } = await readSmall(gpu);
  using _text = text;
  const [{ active: { start, tokens }, pos, sequences }] = text.parts;
  assertEquals([text.parts.length, pos], [1, Math.max(...FORCED.map(lengthOf))]);
  for (let t = 0; t < tokens; t++) {
    const s = Math.floor(t / pos);
    if (t % pos >= lengthOf(FORCED[s])) {
      assertEquals([start[t + 1] - start[t], sequences[s][t % pos]], [0, 0]);
    }
  }
  assertEquals([...askedRows(FORCED, pos)], [3, 4, pos + 4, pos + 5, 2 * pos + 5, 2 * pos + 6]);
});

Deno.test("cancelling no pair leaves the logits to the bit; so does a pair that never meets", async () => {
  const { model, text } = await readSmall(gpu);
  using _text = text;
  const [part] = text.parts, { sequences, pos } = part, rows = askedRows(FORCED, pos);
  const clean = await logitsAt(model, { sequences, rows, edits: {} });
  const nothing = new Map([["blocks.0.hook_mlp_out", {
    width: 16,
    data: new Float32Array(sequences.length * pos * 16),
  }]]);
  using held = editsOfShift(gpu, nothing);
  assertEquals(await logitsAt(model, { sequences, rows, edits: held.edits }), clean);
  const only = pairsOfKeys([], text.d_sae);
  assertEquals(
    (await shiftOf(pairTerms(part, { only, context: "removal" }), { tokens: 1 })).size,
    0,
  );
});

Deno.test("cancelling a pair at the first block is the four-point identity of the runs without its latents", async () => {
  const { model, text } = await readSmall(gpu);
  using _text = text;
  const [part] = text.parts, { tokens } = part.active, hook = "blocks.0.hook_mlp_out";
  const [i, j] = someLatents(part);
  const lacking = async (...latents: number[]) =>
    await valuesAt(
      model,
      part,
      hook,
      await shiftOf((await latentTerms(part, latents)).slice(0, 1), { tokens }),
    );
  const only = pairsOfKeys([i * text.d_sae + j], text.d_sae);
  const shift = await shiftOf(pairTerms(part, { only, context: "removal" }), { tokens });
  const [cancelled, all, noI, noJ, none] = [
    await valuesAt(model, part, hook, shift),
    await lacking(),
    await lacking(i),
    await lacking(j),
    await lacking(i, j),
  ];
  let moved = 0;
  cancelled.forEach((value, at) => {
    const there = shift.get(hook)!.data.some((v, n) =>
      v !== 0 && Math.floor(n / 16) === Math.floor(at / 16)
    );
    const expected = there ? noI[at] + noJ[at] - none[at] : all[at];
    assertAlmostEquals(value, expected, 2e-5);
    moved = Math.max(moved, Math.abs(value - all[at]));
  });
  assertEquals(moved > 1e-3, true);
});

Deno.test("cancelling a latent takes f_i W_in d_i out of the pre-activations, at tokens where it fires", async () => {
  const { model, coder, text } = await readSmall(gpu);
  using _text = text;
  const [part] = text.parts, { start, latent, act, tokens } = part.active;
  const [i] = someLatents(part), hook = "blocks.0.mlp.hook_pre";
  const shift = await shiftOf(await latentTerms(part, [i]), { tokens });
  const [edited, clean] = [
    await valuesAt(model, part, hook, shift),
    await valuesAt(model, part, hook, new Map()),
  ];
  const { W_in } = await (await import("../../../lib/interactions/players/mlp.ts")).mlpOf(model, 0);
  const d = coder.arrays.W_dec.data.subarray(i * 2 * 16, i * 2 * 16 + 16); // site 0 of two
  const d_mlp = W_in.shape[0];
  for (let t = 0; t < tokens; t++) {
    const e = Array.from(latent.subarray(start[t], start[t + 1])).indexOf(i);
    const f = e < 0 ? 0 : act[start[t] + e];
    for (let k = 0; k < d_mlp; k++) {
      const a = f * d.reduce((sum, x, c) => sum + x * W_in.data[k * 16 + c], 0);
      assertAlmostEquals(clean[t * d_mlp + k] - edited[t * d_mlp + k], a, 1e-5);
    }
  }
});

Deno.test("losses() are those of outcomes(), with something cancelled as well", async () => {
  const { text } = await readSmall(gpu);
  using _text = text;
  const cancel = async (part: ReadPart) =>
    await shiftOf(pairTerms(part, { context: "insertion" }), part.active);
  for (const options of [{}, { cancel }]) {
    const [found, expected] = [await losses(text, options), await outcomes(text, options)];
    assertEquals(found.length, FORCED.length);
    found.forEach((loss, n) => assertAlmostEquals(loss, expected[n].loss, 1e-5));
  }
});

Deno.test("effectsOf() one at a time is what cancelling that item alone does", async () => {
  const { model, text } = await readSmall(gpu);
  using _text = text;
  const reference = FORCED.map((_, n) =>
    Float32Array.from({ length: 23 }, (_, id) => (id * (n + 1)) % 5)
  );
  const before = await outcomes(text, { reference });
  const latents = [...new Set(text.parts[0].active.latent)];
  const effects = await effectsOf(text, {
    items: latents.length,
    termsOf: (part) => latentTerms(part, latents),
    before,
    reference,
  });
  for (const [n, i] of latents.entries()) {
    const after = await outcomes({ model, parts: text.parts }, {
      reference,
      cancel: async (part) => await shiftOf(await latentTerms(part, [i]), part.active),
    });
    const mean = (of: "logOdds" | "KL") =>
      after.reduce((sum, outcome, p) => sum + outcome[of] - before[p][of], 0) / after.length;
    assertAlmostEquals(effects.logOdds[n], mean("logOdds"), 1e-5);
    assertAlmostEquals(effects.KL[n], mean("KL"), 1e-5);
  }
});

Deno.test("edgeTerms() are what heads lose when scores of the trigger are taken out before the softmax", async () => {
  const { model, text } = await readSmall(gpu);
  using _text = text;
  const [part] = text.parts, { sequences, pos } = part;
  const spans = sequences.map((): [number, number] => [1, 3]);
  const [, terms] = await edgeTerms(model, part, spans), name = "blocks.1.attn";
  const { logits, cache } = runWithCache(model, sequences, [`${name}.*`]);
  logits.release();
  const read = async (point: string) => await cache.get(`${name}.${point}`)!.read();
  const [scores, v, z] = [
    await read("hook_attn_scores"),
    await read("hook_v"),
    await read("hook_z"),
  ];
  for (const tensor of cache.values()) tensor.release();
  assertEquals(new Set(terms.item), new Set([2, 3]));
  terms.token.forEach((token, n) => {
    const s = Math.floor(token / pos), q = token % pos, head = terms.item[n] - 2;
    const seen = Array.from({ length: q + 1 }, (_, k) => k).filter((k) => k < 1 || k >= 3);
    const weight = (k: number) => Math.exp(scores[((s * 2 + head) * pos + q) * pos + k]);
    const total = seen.reduce((sum, k) => sum + weight(k), 0);
    for (let c = 0; c < 8; c++) {
      const hidden = seen.reduce(
        (sum, k) => sum + weight(k) / total * v[((s * pos + k) * 2 + head) * 8 + c],
        0,
      );
      const own = z[(token * 2 + head) * 8 + c];
      assertAlmostEquals(terms.rows[n * 16 + head * 8 + c], own - hidden, 1e-5);
    }
  });
});

Deno.test("insertedSpan() finds the trigger between two prompts of one story", () => {
  const [longer, other] = [Uint32Array.of(1, 7, 8, 2, 3), Uint32Array.of(1, 2, 3)];
  assertEquals(insertedSpan(longer, other), [1, 3]);
  assertThrows(
    () => insertedSpan(Uint32Array.of(1, 7, 8, 2, 4), other),
    RangeError,
    "Cannot find a trigger",
  );
});
