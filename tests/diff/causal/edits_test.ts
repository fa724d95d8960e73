import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { textParts } from "../../../lib/crosscoder/text_parts.ts";
import { unitVector } from "../../../lib/diff/causal/direction.ts";
import { latentEdit } from "../../../lib/diff/causal/edits/latents.ts";
import { jointEffect } from "../../../lib/diff/causal/effects.ts";
import { leastChange } from "../../../lib/diff/causal/edits/least_change.ts";
import { randomRow } from "../../../lib/diff/causal/edits/rows.ts";
import { orthonormal } from "../../../lib/diff/causal/edits/orthonormal.ts";
import { openQuestion } from "../../../lib/diff/causal/question/asked.ts";
import { readingOf } from "../../../lib/diff/causal/question/reading.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { padded } from "../../../lib/model/forced/forced.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { assertClose, random } from "../../util.ts";
import { tinyQuestion } from "./tiny_question.ts";

const gpu = await openGpu();

// The second site is behind a block that answers the shift of the first, so that only the last block's
// output, which nothing but the stream itself reaches, could be told apart by eye: every site is read.
Deno.test("ablation by increments shifts every site by -f W_dec more than what blocks make of it", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor),
    { pos, active } = await readingOf(asked, { coder }, "triggered");
  const { W_dec } = coder.arrays, hooks = coder.config.sites.map(({ hook }) => hook);
  const written = [0, 1].flatMap((l) => [`blocks.${l}.hook_attn_out`, `blocks.${l}.hook_mlp_out`]);
  const edit = await latentEdit(asked, { coder }, {
    text: "triggered",
    groups: [[8, 10]],
    way: { removal: "ablate", positions: "prompt" },
  });
  const variants = edit.variants.filter(({ prompt }) => prompt < 3);
  const forced = variants.map(({ prompt }) => ({
    prompt: backdoor.triggered[prompt],
    answer: backdoor.payload,
  }));
  const sequences = padded(forced, 12);
  using held = edit.hold(variants, 12);
  const read = async (edits: typeof held.edits) => {
    const { logits, cache } = runWithCache(model, sequences, [...hooks, ...written], { edits });
    logits.release();
    const found = new Map<string, Float32Array>();
    for (const [hook, tensor] of cache) {
      using own = tensor;
      found.set(hook, await own.read());
    }
    return found;
  };
  const plain = await read({}), edited = await read(held.edits);
  const change = (hook: string, at: number) => edited.get(hook)![at] - plain.get(hook)![at];
  for (const [v, { prompt }] of variants.entries()) {
    for (let p = 0; p < backdoor.triggered[prompt].length; p++) {
      const token = prompt * pos + p, wanted = new Float64Array(3 * 16);
      for (let e = active.start[token]; e < active.start[token + 1]; e++) {
        if (![8, 10].includes(active.latent[e])) continue;
        wanted.forEach((_, j) =>
          wanted[j] -= active.act[e] * W_dec.data[active.latent[e] * 48 + j]
        );
      }
      for (let c = 0; c < 16; c++) {
        let blocks = 0; // what the blocks before a site answer
        hooks.forEach((hook, site) => {
          const at = (v * 12 + p) * 16 + c;
          if (site > 0) {
            for (const of of written.slice(2 * site - 2, 2 * site)) blocks += change(of, at);
          }
          assertAlmostEquals(change(hook, at), wanted[site * 16 + c] + blocks, 1e-5);
        });
      }
    }
  }
});

Deno.test("what a layer writes is shifted where it is written, by the latents of one site alone", async () => {
  const { model, coder: { config, arrays }, backdoor } = await tinyQuestion(gpu);
  const hook = "blocks.0.hook_mlp_out", size = 16 * 14;
  const coder = {
    config: { ...config, sites: [{ model: "model", hook }], scale: [1] },
    arrays: {
      ...arrays,
      W_enc: { shape: [1, 16, 14], data: arrays.W_enc.data.slice(0, size) },
      W_dec: { shape: [14, 1, 16], data: arrays.W_dec.data.slice(0, size) },
      b_dec: { shape: [1, 16], data: arrays.b_dec.data.slice(0, 16) },
      threshold: { shape: [14], data: new Float32Array(14) },
    },
  };
  const asked = await openQuestion(model, backdoor), [prompt] = backdoor.triggered;
  const { active } = await readingOf(asked, { coder }, "triggered");
  const latents = [...new Set(active.latent.subarray(0, active.start[prompt.length]))];
  const edit = await latentEdit(asked, { coder }, {
    text: "triggered",
    groups: [latents],
    way: { removal: "ablate", positions: "prompt" },
  });
  const variants = edit.variants.filter(({ prompt }) => prompt === 0);
  using held = edit.hold(variants, prompt.length);
  const read = async (edits: typeof held.edits) => {
    const { logits, cache } = runWithCache(model, [prompt], [hook], { edits });
    logits.release();
    using found = cache.get(hook)!;
    return await found.read();
  };
  const expected = await read({}), found = await read(held.edits);
  for (let t = 0; t < prompt.length; t++) {
    for (let e = active.start[t]; e < active.start[t + 1]; e++) {
      for (let c = 0; c < 16; c++) {
        expected[t * 16 + c] -= active.act[e] * coder.arrays.W_dec.data[active.latent[e] * 16 + c];
      }
    }
  }
  assertEquals(latents.length > 2, true);
  assertClose(found, expected, { name: hook, rtol: 1e-5 });
});

Deno.test("latents may be read in another way than the model does it, but not silenced by a least change", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor);
  const directions = [8, 10].map((latent) => ({ kind: "latent" as const, latent }));
  const own = await readingOf(asked, { coder }, "triggered");
  const read = async (sequences: readonly Uint32Array[]) => {
    const acts: Float32Array[] = [];
    for await (
      const { active: { start, latent, act, tokens } } of textParts(model, coder, sequences)
    ) {
      const dense = new Float32Array(tokens * 14);
      for (let t = 0; t < tokens; t++) {
        for (let e = start[t]; e < start[t + 1]; e++) dense[t * 14 + latent[e]] = act[e];
      }
      acts.push(dense);
    }
    return activeLatents(Float32Array.from(acts.flatMap((part) => [...part])), 14);
  };
  const [found, expected] = [
    await jointEffect(asked, { coder, directions, read }),
    await jointEffect(asked, { coder, directions }),
  ];
  assertEquals(found, expected);
  await assertRejects(
    () => jointEffect(asked, { coder, directions, read }, { removal: { minimal: {} } }),
    RangeError,
    "expected latents that the model alone reads",
  );
  const short = () =>
    Promise.resolve({
      ...own.active,
      tokens: 1,
      start: Uint32Array.of(0, 0),
      latent: new Uint32Array(),
      act: new Float32Array(),
    });
  await assertRejects(
    () => jointEffect(asked, { coder, directions, read: short }),
    RangeError,
    "expected 14 latents at",
  );
});

Deno.test("leastChange() meets every condition, with no more than it needs", () => {
  const w = Array.from({ length: 4 }, (_, i) => random(i, 9));
  const gram = w.flatMap((a) => w.map((b) => a.reduce((sum, x, j) => sum + x * b[j], 0)));
  const z = [2, -1, 0.5, 1], target = [0.2, 0.1, 0.3, 0.2];
  const lambda = leastChange({ z, target, gram });
  z.forEach((value, i) => {
    const after = value - lambda.reduce((sum, l, j) => sum + l * gram[i * 4 + j], 0);
    assertEquals(after <= target[i] + 1e-6, true, `latent ${i} is at ${after}`);
    if (lambda[i] > 0) assertAlmostEquals(after, target[i], 1e-6);
  });
  assertEquals([...leastChange({ z: [1], target: [0], gram: [0] })], [0]);
});

Deno.test("randomRow() has the norm of the row at every site, and depends on the latent alone", () => {
  const row = Float32Array.from([
    ...random(1, 8),
    ...random(2, 8).map((x) => 10 * x),
    ...new Float32Array(8),
  ]);
  const drawn = randomRow(row, { seed: 3 }, { latent: 5, d_in: 8 });
  for (const site of [0, 1, 2]) {
    const norm = (of: Float32Array) => Math.hypot(...of.subarray(8 * site, 8 * site + 8));
    assertAlmostEquals(norm(drawn), norm(row), 1e-4);
  }
  assertEquals(drawn, randomRow(row, { seed: 3, draw: 0 }, { latent: 5, d_in: 8 }));
  const other = randomRow(row, { seed: 3 }, { latent: 6, d_in: 8 });
  assertEquals(drawn.join() === other.join(), false);
});

Deno.test("randomRow() may keep the angles between sites too, in another direction", () => {
  const row = Float32Array.from([
    ...random(1, 8),
    ...new Float32Array(8),
    ...random(1, 8).map((x, c) => 3 * x + 0.1 * c),
    ...random(2, 8),
  ]);
  const given = { latent: 5, d_in: 8 };
  const turned = randomRow(row, { seed: 3, keep: "norms and angles" }, given);
  const products = (of: Float32Array) =>
    [0, 1, 2, 3].flatMap((a) =>
      [0, 1, 2, 3].map((b) =>
        of.subarray(8 * a, 8 * a + 8).reduce((sum, x, c) => sum + x * of[8 * b + c], 0)
      )
    );
  assertClose(products(turned), products(row), { name: "products", rtol: 1e-5, atol: 1e-5 });
  const along = turned.reduce((sum, x, c) => sum + x * row[c], 0);
  assertEquals(Math.abs(along) < 0.9 * row.reduce((sum, x) => sum + x * x, 0), true);
  assertEquals(turned, randomRow(row, { seed: 3, keep: "norms and angles" }, given));
  const other = randomRow(row, { seed: 3, draw: 1, keep: "norms and angles" }, given);
  assertEquals(turned.join() === other.join(), false);
  const drawn = products(randomRow(row, { seed: 3 }, given)), own = products(row);
  assertEquals(Math.abs(drawn[2] - own[2]) > 0.1 * own[2], true); // angles are not kept by default
});

Deno.test("orthonormal() spans what its vectors span, without repeats", () => {
  const [a, b] = [random(1, 12), random(2, 12)];
  const basis = orthonormal([a, b, a.map((x, i) => 2 * x - b[i])]);
  assertEquals(basis.length, 2);
  const rest = b.slice();
  for (const one of basis) {
    const along = rest.reduce((sum, x, i) => sum + x * one[i], 0);
    one.forEach((x, i) => rest[i] -= along * x);
  }
  assertClose([...basis, rest].map((x) => Math.hypot(...x)), [1, 1, 0], {
    name: "norms",
    rtol: 1e-5,
    atol: 1e-5,
  });
});

Deno.test("unitVector() refuses what has no direction", () => {
  for (const values of [Float32Array.of(0, 0), Float32Array.of(NaN, 1)]) {
    assertThrows(() => unitVector(new Map([["hook_embed", values]])), RangeError, "a norm of");
  }
});
