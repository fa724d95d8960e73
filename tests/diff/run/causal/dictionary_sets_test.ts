// Sets of the tiny model of tests/fixtures/causal_effects.py, chosen on one half of its prompts, with a judge that only listens.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { effectsOf, effectsOfGroups } from "../../../../lib/diff/causal/effects.ts";
import { greedySet } from "../../../../lib/diff/causal/greedy.ts";
import type { Judge } from "../../../../lib/diff/causal/judge/judge.ts";
import { openQuestion } from "../../../../lib/diff/causal/question/asked.ts";
import { dictionarySets } from "../../../../lib/diff/run/causal/dictionary_sets.ts";
import { latentList } from "../../../../lib/diff/run/causal/dictionary_truth.ts";
import { stagewiseSettings } from "../../../../lib/diff/settings/presets.ts";
import type { DictionaryTruth, Judged } from "../../../../lib/diff/stored/causal_results.ts";
import type { Gpu } from "../../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../../lib/gpu/open.ts";
import { tinyQuestion } from "../../causal/tiny_question.ts";

const gpu = await openGpu();

const settings = {
  ...stagewiseSettings("smoke", { grammar: true }).causal,
  candidates: 6,
  draws: 3,
};

async function sources(gpu: Gpu) {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const half = (from: number) => {
    const take = (prompts: Uint32Array[]) => prompts.slice(from, from + 3);
    const { triggered, untriggered } = backdoor;
    return openQuestion(model, {
      ...{ ...backdoor, stories: [] },
      triggered: take(triggered),
      untriggered: take(untriggered),
    });
  };
  const selection = await half(0), asked = await half(3), heard: string[] = [];
  const listen = (kind: string): Judge["judge"] => (_, groups, { random, removal } = {}) => {
    const what = random
      ? `draw ${random.draw} (${random.keep}) ${JSON.stringify(removal)}`
      : JSON.stringify(removal ?? "ablate");
    groups.forEach((group) => heard.push(`${kind} ${what} ${group}`));
    return Promise.resolve(groups.map((group) => ({ KL: { value: group.length } }) as Judged));
  };
  const judge = { asked, judge: listen("judge"), judgeWhole: listen("whole") } as unknown as Judge;
  const effects = await effectsOf(selection, latentList(coder));
  const latents = effects.map((effect) => ({ ...effect, necessary: false, causal: false }));
  const truth = { floor: { halves: [] }, latents } as unknown as DictionaryTruth;
  const rows = latents.map((_, latent) => ({
    ...{ latent, x: latent / 14, y: 0, relevant: latent > 11 },
    active: latent !== 3,
  }));
  const fired = latents.map(() => 1);
  return { heard, selection, asked, given: { coder, judge, selection, truth, rows, fired } };
}

Deno.test("dictionarySets() chooses on the selection, and has each set of each order judged once", async () => {
  const { heard, selection, asked, given } = await sources(gpu);
  const { chosen, curve, edits } = await dictionarySets(given, { settings, seed: 1 });
  const list = latentList(given.coder), { latents } = given.truth;
  const best = (of: "KL" | "logOdds", n: number) =>
    [...latents.keys()].filter((i) => latents[i][of] < 0)
      .sort((a, b) => latents[a][of] - latents[b][of]).slice(0, n);
  const greedy = (question: typeof asked) =>
    greedySet([...new Set([...best("KL", 6), ...best("logOdds", 3)])], {
      most: 10,
      effects: (groups) => effectsOfGroups(question, list, { groups }),
    });
  assertEquals(chosen, await greedy(selection));
  assert(
    JSON.stringify(chosen) !== JSON.stringify(await greedy(asked)),
    "other prompts, other numbers",
  );
  const ablated = heard.filter((what) => what.startsWith('judge "ablate"'));
  assertEquals(new Set(ablated).size, ablated.length);
  const of = (order: string) => curve.filter((point) => point.order === order);
  assertEquals(of("rotation").at(-1)!.latents, [0, 1, 2, 4, 5, 6, 7, 8, 9, 10]);
  assertEquals(of("label").map(({ latents }) => latents), [[12], [12, 13]]);
  assertEquals(of("random vectors").map(({ draw }) => draw), [0, 1, 2]);
  assertEquals(
    curve.every(({ latents, size, judged }) => latents.length === size && judged.KL.value === size),
    true,
  );
  const winning = chosen.slice(0, 2).map(({ latent }) => latent);
  assertEquals(of("random vectors")[0].latents, winning);
  const drawn = heard.filter((what) => what.startsWith("judge draw"));
  assert(drawn.every((what) => what.includes("(norms and angles)")), drawn.join());
  assertEquals(new Set(drawn).size, drawn.length);
  assertEquals(edits.filter(({ edit }) => edit === "ablate").at(-1)!.latents, winning);
  assert(
    heard.includes(`judge {"site":2} ${winning}`) && heard.includes(`whole "naive" ${winning}`),
  );
  for (const edit of ["naive", "freeze", "minimal, raw"]) { // each beside a control of its own
    const at = edits.findIndex((point) => point.edit === edit);
    assertEquals(edits[at + 1].edit, `${edit}, random vectors`);
  }
});

Deno.test("dictionarySets() refuses to choose on the judge's own prompts", async () => {
  const { given, asked } = await sources(gpu);
  const swapped = { ...given, selection: asked };
  const words = "prompts that nothing is judged on but found 3 of the judge's 3";
  await assertRejects(() => dictionarySets(swapped, { settings, seed: 1 }), RangeError, words);
});
