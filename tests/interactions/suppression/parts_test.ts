// The parts of the phase on a small random model: gradients, orders, and a judge whose payload is what the model says anyway.
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { logOddsGradients } from "../../../lib/model/forced/log_odds_gradients.ts";
import { outcomes } from "../../../lib/model/forced/outcomes.ts";
import { rankLatents, rankPairs } from "../../../lib/interactions/suppression/rank.ts";
import { makeJudge, selectionOf } from "../../../lib/interactions/suppression/texts.ts";
import { stepsOf } from "../../../lib/interactions/suppression/ways.ts";
import { generate } from "../../../lib/model/generate.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const gpu = await openGpu();

const untriggered = randomText(4, 5).map((ids) => Uint32Array.from(ids));
const triggered = untriggered.map((ids) => Uint32Array.of(ids[0], 7, 8, ...ids.slice(1)));
const WRITTEN = ["blocks.0.hook_mlp_out", "blocks.1.hook_mlp_out"];
const prompts = { triggered, untriggered };

async function small(gpu: Gpu) {
  const model = randomModel(gpu), coder = randomCoder();
  const [payload] = await generate(model, triggered.slice(0, 1), { maxNewTokens: 3 });
  return { model, coder, payload: Uint32Array.from(payload) };
}

Deno.test("logOddsGradients() are finite differences of the log-odds", async () => {
  const { model, coder, payload } = await small(gpu);
  const { text, before } = await selectionOf(model, coder, { prompts, payload });
  using _text = text;
  const [part] = text.parts;
  const gradients = await logOddsGradients(model, part, { hooks: WRITTEN, before });
  assertEquals([...gradients.keys()], WRITTEN);
  for (const [hook, gradient] of gradients) {
    const direction = stream(1, hook).normals(gradient.length, 1);
    const data = direction.map((x) => -0.001 * x); // a shift is subtracted
    const after = await outcomes(text, {
      cancel: () => Promise.resolve(new Map([[hook, { width: 16, data }]])),
    });
    const found = after.reduce((sum, { logOdds }, n) => sum + logOdds - before[n].logOdds, 0) /
      0.001;
    const expected = gradient.reduce((sum, g, at) => sum + g * direction[at], 0);
    assertAlmostEquals(found, expected, 0.02 * Math.max(1, Math.abs(expected)));
  }
});

Deno.test("rankLatents() and rankPairs() put first what lowers the log-odds most when it is cancelled", async () => {
  const { model, coder, payload } = await small(gpu);
  const selection = await selectionOf(model, coder, { prompts, payload });
  using _text = selection.text;
  const { ranked, traits } = await rankLatents(selection);
  const effects = ranked.logOdds.map((n) => ranked.effect[n]);
  assertEquals(effects, [...effects].sort((a, b) => a - b));
  assertEquals([traits.count.length, traits.count.every((n) => n > 0)], [
    ranked.items.length,
    true,
  ]);
  const pairs = await rankPairs(selection, { candidates: 10, context: "removal" });
  const best = pairs.ranked.logOdds.slice(0, 10).map((n) => pairs.ranked.effect[n]);
  assertEquals(best, [...best].sort((a, b) => a - b));
  assertEquals(new Set(pairs.ranked.logOdds).size, pairs.ranked.items.length);
  assertEquals(new Set(pairs.ranked.KL).size, pairs.ranked.items.length);
});

Deno.test("a judge gives the ends of its scales, and each step of a way cancels what it says", async () => {
  const { model, coder, payload } = await small(gpu);
  const clean = randomText(3, 8).map((ids) => ({
    prompt: Uint32Array.from(ids.slice(0, 3)),
    answer: Uint32Array.from(ids.slice(3)),
  }));
  using judge = await makeJudge(model, coder, { prompts, payload, clean, storyTokens: 3, seed: 0 });
  assertEquals(judge.spans, triggered.map(() => [1, 3]));
  const ends = [await judge.judge(), judge.untriggered()];
  assertEquals(ends.map(({ oddsClosed }) => oddsClosed.value), [0, 1]);
  assertEquals(ends.map(({ clean }) => clean.value), [0, 0]);
  assertEquals([ends[1].KL.value, ends[1].words.value, ends[1].ownClosed.value], [0, 1, 1]);
  const sources = { model, d_sae: coder.config.d_sae, judge };
  const items = Array.from({ length: coder.config.d_sae }, (_, i) => i);
  const ways = [
    { method: "latents", kind: "latents", items, sizes: [2, 99] },
    { method: "every pair", kind: "every pair", context: "removal", strengths: [0, 1] },
    { method: "heads", kind: "heads", items: [0, 1, 2, 3], sizes: [4] },
  ] as const;
  const steps = ways.map((way) => stepsOf(way, sources));
  assertEquals(steps.map((own) => own.map(({ size }) => size)), [[2, items.length], [0, 0], [4]]);
  const [latents, every, heads] = steps;
  assertEquals((await judge.judge(every[0].cancel)).KL.value, ends[0].KL.value); // strength 0
  const [all, pairs, hidden] = [
    await judge.judge(latents[1].cancel),
    await judge.judge(every[1].cancel),
    await judge.judge(heads[0].cancel),
  ];
  for (const { KL } of [all, pairs, hidden]) assertEquals(KL.value === ends[0].KL.value, false);
  assertEquals(hidden.clean.value, 0); // clean texts have no trigger to hide
  assertEquals(all.clean.value === 0, false);
});
