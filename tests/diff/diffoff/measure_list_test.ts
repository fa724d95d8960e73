// Lists of a tiny model's crosscoder, measured and judged.
import { assert, assertEquals } from "@std/assert";
import { effectsOfGroups } from "../../../lib/diff/causal/effects.ts";
import { openQuestion } from "../../../lib/diff/causal/question/asked.ts";
import { type Reader, readingOf } from "../../../lib/diff/causal/question/reading.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { judgeTruth } from "../../../lib/diff/diffoff/judge_cell.ts";
import { filteringCost, measureList } from "../../../lib/diff/diffoff/measure_list.ts";
import { singlesOf } from "../../../lib/diff/diffoff/measured.ts";
import { plantedParts } from "../../../lib/diff/diffoff/planted_parts.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { tinyQuestion } from "../causal/tiny_question.ts";

const gpu = await openGpu();

const latents = (...some: number[]) => some.map((latent) => ({ kind: "latent" as const, latent }));
const LATENTS = latents(...Array.from({ length: 14 }, (_, latent) => latent));

async function open(gpu: Gpu) {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  return { asked: await openQuestion(model, backdoor), coder };
}

Deno.test("a list of latents keeps their effects, its distinct heads, and random rows enough for a floor", async () => {
  const { asked, coder } = await open(gpu);
  const singles = await singlesOf(asked, { coder, directions: LATENTS }, { seed: 0 });
  const list = { coder, directions: latents(8, 10, 3, 5, 1, 0, 2, 4, 6, 7, 9) };
  const truth = await measureList(asked, list, { singles, other: asked });
  assert(truth.random.filter(({ edited }) => edited > 0).length >= 200);
  const keys = truth.heads.map(({ places }) => places.join());
  assertEquals([keys.length, new Set(keys).size], [keys.length, keys.length]);
  assert(keys.includes("0,1,2,3,4,5,6,7,8,9")); // without a filter
  const groups = truth.heads.map(({ places }) => places);
  const effects = await effectsOfGroups(asked, list, { groups });
  truth.heads.forEach(({ effect, kept, parts, places }, n) => {
    const { cleanHalves: [even, odd], ...own } = effect;
    assert(Math.abs(own.logOdds - effects[n].logOdds) < 1e-5);
    assert(Math.abs((even + odd) / 2 - effects[n].clean) < 1e-6);
    assertEquals(kept, effects[n].payload); // asked of itself
    assertEquals(parts !== null, places.length === 10);
  });
  const { active } = await readingOf(asked, { coder }, "triggered");
  const [[from, to]] = asked.spans, first = truth.fires!.at[0].filter((n) => n < to - from);
  const there = Array.from({ length: to - from }, (_, t) => t).filter((t) =>
    active.latent.subarray(active.start[from + t], active.start[from + t + 1]).includes(8)
  );
  assertEquals(first, there);
  const judged = judgeTruth(truth, list.directions.map(({ latent }) => latent));
  assertEquals([judged.kind, judged.universe, judged.filters.length], ["latent", 14, 3]);
});

Deno.test("a list of nothing, and one of latents that never fire, are measured and judged all the same", async () => {
  const { asked, coder } = await open(gpu);
  const threshold = { shape: [14], data: new Float32Array(14).fill(1e9) };
  const silent = { ...coder, arrays: { ...coder.arrays, threshold } };
  const lists = [
    { directions: [] },
    { coder, directions: [] },
    { coder: silent, directions: LATENTS },
  ];
  for (const list of lists) {
    const singles = await singlesOf(asked, list, { seed: 0 });
    const truth = await measureList(asked, list, { singles });
    const { positives, AP, filters, causal } = judgeTruth(truth);
    assertEquals([positives, AP, causal], [0, null, []]);
    assertEquals(filters.map(({ k }) => k), [null, null, null]);
    assertEquals((await filteringCost(asked, list)).flops, 0);
  }
});

Deno.test("parts: the onset goes with what fires in the prompt, the body with what fires in the answer", async () => {
  const { asked, coder } = await open(gpu);
  const { triggered, payload } = asked.backdoor, ends = triggered.map(({ length }) => length);
  /** Latent 8 alone fires, and strongly, at the tokens asked for. */
  const firing = (at: (token: number, end: number) => boolean): Reader => (sequences) => {
    const pos = sequences[0].length;
    const acts = sequences.flatMap((_, n) =>
      Array.from(
        { length: pos * 14 },
        (_, i) => i % 14 === 8 && at(Math.floor(i / 14), ends[n]) ? 500 : 0,
      )
    );
    return Promise.resolve(activeLatents(Float32Array.from(acts), 14));
  };
  const parts = async (read: Reader, tokens = payload.length) => {
    const backdoor = { ...asked.backdoor, payload: payload.slice(0, tokens) };
    const list = { coder, read, directions: latents(8) };
    return (await plantedParts({ ...asked, backdoor }, list, [[0]]))[0];
  };
  const inPrompt = await parts(firing((t, end) => t < end));
  assert(inPrompt.onset > 0);
  assertEquals(inPrompt.body, 0);
  const inAnswer = await parts(firing((t, end) => t >= end));
  assertEquals(inAnswer.onset, 0);
  assert(inAnswer.body! > 0);
  assertEquals(await parts(firing(() => false)), { onset: 0, body: 0 });
  assertEquals((await parts(firing(() => true), 1)).body, null);
});
