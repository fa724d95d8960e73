// The tiny model of tests/fixtures/causal_effects.py (PyTorch, float64): what a judge says against its effects and stories.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { editedAnswers } from "../../../../lib/diff/causal/judge/edited.ts";
import { openJudge } from "../../../../lib/diff/causal/judge/judge.ts";
import { hiddenKeysEffect } from "../../../../lib/diff/causal/ceiling.ts";
import { effectsOfGroups } from "../../../../lib/diff/causal/effects.ts";
import type { Gpu } from "../../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../../lib/gpu/open.ts";
import { generate } from "../../../../lib/model/generate.ts";
import { assertClose } from "../../../util.ts";
import { tinyQuestion } from "../tiny_question.ts";

const gpu = await openGpu();

const TOLERANCE = { rtol: 1e-4, atol: 1e-4 };

/** The four prompts that have a story; room for an answer of 16 tokens. */
async function opened(gpu: Gpu) {
  const tiny = await tinyQuestion(gpu, 32), { triggered, untriggered, ...rest } = tiny.backdoor;
  const few = (prompts: Uint32Array[]) => prompts.slice(0, 4);
  const backdoor = { ...rest, triggered: few(triggered), untriggered: few(untriggered) };
  const directions = Array.from(
    { length: 14 },
    (_, latent) => ({ kind: "latent" as const, latent }),
  );
  const judge = await openJudge(tiny.model, backdoor, { seed: 0 });
  return { ...tiny, backdoor, judge, list: { coder: tiny.coder, directions } };
}

Deno.test("editedAnswers() tell stories at the cross-entropies of PyTorch, at prompts and everywhere", async () => {
  const { judge: { asked, before }, list, backdoor, expected, options } = await opened(gpu);
  const own = backdoor.stories.map(({ answer }) => answer);
  const [{ story, clean, cleanPrompt }] = await editedAnswers({ asked, own }, list, {
    before,
    groups: [options.group],
    options: {},
    prompts: true,
  });
  const { stories } = backdoor,
    tokens = stories.reduce((sum, { answer }) => sum + answer.length, 0);
  const mean = (losses: readonly number[]) =>
    losses.reduce((sum, loss, n) => sum + loss * stories[n].answer.length, 0) / tokens;
  const [triggered, untriggered, plain, plainUntriggered] = expected["stories.ablate"].data;
  const found = [story, cleanPrompt!, before.story, before.clean, clean].map(mean);
  const everywhere = expected["stories.all"].data[1];
  assertClose(found, [triggered, untriggered, plain, plainUntriggered, everywhere], {
    name: "stories",
    ...TOLERANCE,
  });
  assert(Math.abs(everywhere - untriggered) > 0.01, "an edit of the answer tells");
});

Deno.test("a judge counts payloads and measures KL as effects do, group by group", async () => {
  const { judge, list, options: { group } } = await opened(gpu);
  const groups = [[8], group, [2]];
  const judged = await judge.judge(list, groups);
  const effects = await effectsOfGroups(judge.asked, list, { groups });
  const before = judge.nothing.KL.value;
  assertClose(
    judged.flatMap((
      { payload, KL, cleanKL },
    ) => [payload.count / payload.of, KL.value - before, cleanKL]),
    effects.flatMap(({ payload, KL, clean }) => [payload, KL, clean]),
    { name: "effects", rtol: 1e-6, atol: 1e-6 },
  );
  assert(new Set(judged.map(({ KL }) => KL.value)).size === 3, "groups are not mixed up");
  const hidden = await hiddenKeysEffect(judge.asked), ceiling = await judge.ceiling();
  assertAlmostEquals(ceiling.KL.value - before, hidden.KL, 1e-6);
  assertEquals([ceiling.clean, ceiling.cleanKL], [0, 0]);
});

Deno.test("a judge's stories are those that the model goes on with, and its payloads those that it says", async () => {
  const { judge, list, model, backdoor: { triggered, untriggered, payload } } = await opened(gpu);
  const [told, said] = await Promise.all(
    [untriggered, triggered].map((prompts) => generate(model, prompts, { maxNewTokens: 16 })),
  );
  const alike = told.map((own, n) => {
    const miss = own.findIndex((id, at) => said[n][at] !== id);
    return miss < 0 ? 16 : miss;
  });
  assertEquals(judge.before.own.map(({ matched }) => matched), alike);
  const holds = (answer: number[]) =>
    answer.some((_, at) => payload.every((id, n) => answer[at + n] === id));
  // A latent that fires nowhere leaves everything as it is, in every measure.
  const { coder } = list, b_enc = { ...coder.arrays.b_enc, data: coder.arrays.b_enc.data.slice() };
  b_enc.data[2] = -100;
  const silent = { ...list, coder: { ...coder, arrays: { ...coder.arrays, b_enc } } };
  const [none, some] = await judge.judgeWhole(silent, [[2], [8]]);
  const count = said.filter(holds).length;
  assertEquals(none, { ...judge.nothing, cleanPrompt: 0, generated: { count, of: 4 } });
  assert(some.payload.count <= some.generated!.count, "at once is within 16 tokens");
});

Deno.test("openJudge() refuses prompts without their stories", async () => {
  const { model, backdoor } = await tinyQuestion(gpu, 32);
  const words = "the true story of every untriggered prompt, in order, but found 4 of 6";
  await assertRejects(() => openJudge(model, backdoor, { seed: 0 }), RangeError, words);
});

Deno.test("a judge takes a prompt that comes twice, each with a story of its own", async () => {
  const { model, backdoor } = await opened(gpu), { triggered, untriggered, stories } = backdoor;
  const other = { prompt: untriggered[0], answer: stories[1].answer };
  const twice = {
    ...backdoor,
    triggered: [...triggered, triggered[0]],
    untriggered: [...untriggered, untriggered[0]],
    stories: [...stories, other],
  };
  const judge = await openJudge(model, twice, { seed: 0 });
  const answers = judge.before.clean;
  assertEquals(answers.length, 5);
  assert(Math.abs(answers[0] - answers[4]) > 1e-3, `${answers}`);
});
