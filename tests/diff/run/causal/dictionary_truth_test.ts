// The tiny model, crosscoder and backdoor of tests/fixtures/causal_effects.py; latent 8 made to write the payload.
import { assertEquals } from "@std/assert";
import { effectsOf } from "../../../../lib/diff/causal/effects.ts";
import { openJudge } from "../../../../lib/diff/causal/judge/judge.ts";
import { openQuestion } from "../../../../lib/diff/causal/question/asked.ts";
import { causalVerdict } from "../../../../lib/diff/causal/rules.ts";
import { steeringOf } from "../../../../lib/diff/causal/steering.ts";
import { dictionarySets } from "../../../../lib/diff/run/causal/dictionary_sets.ts";
import { dictionaryEffects, latentList } from "../../../../lib/diff/run/causal/dictionary_truth.ts";
import { steeringRows } from "../../../../lib/diff/run/causal/steering_table.ts";
import { stagewiseSettings } from "../../../../lib/diff/settings/presets.ts";
import { judgedTruth } from "../../../../lib/diff/stored/causal_results.ts";
import { openGpu } from "../../../../lib/gpu/open.ts";
import { assertClose } from "../../../util.ts";
import { tinyQuestion } from "../../causal/tiny_question.ts";

const gpu = await openGpu();

Deno.test("dictionaryEffects() has the effects of all latents, and random vectors where one is necessary", async () => {
  const { model, coder, backdoor, expected } = await tinyQuestion(gpu);
  const { W_dec, b_enc } = coder.arrays, [token] = backdoor.payload;
  const embedding = expected["transformer.wte.weight"].data.subarray(16 * token, 16 * token + 16);
  W_dec.data.fill(0, 8 * 48, 9 * 48).set(embedding, 8 * 48 + 32);
  b_enc.data[8] = 10; // it fires everywhere
  const asked = await openQuestion(model, backdoor);
  const few = await openQuestion(model, {
    ...backdoor,
    triggered: backdoor.triggered.slice(0, 2),
    untriggered: backdoor.untriggered.slice(0, 2),
    stories: backdoor.stories.slice(0, 2),
  });
  const found = await dictionaryEffects(asked, coder, { seed: 4, steered: few });
  const effects = await effectsOf(asked, latentList(coder));
  const steered = await steeringOf(few, latentList(coder));
  assertClose(
    found.latents.flatMap((
      { logOdds, KL, payload, steer },
    ) => [logOdds, KL, payload, steer!.logOdds]),
    effects.flatMap(({ logOdds, KL, payload }, n) => [logOdds, KL, payload, steered[n].logOdds]),
    { name: "effects", rtol: 1e-4, atol: 1e-5 },
  );
  const { latents } = judgedTruth(found);
  const necessary = [...latents.keys()].filter((latent) => latents[latent].necessary);
  assertEquals(necessary, [8]);
  const { halves } = found.floor!, own = effects[8];
  assertEquals(causalVerdict(own, { halves }).causal, latents[8].causal);
  assertClose([latents[8].clean!], [own.clean], { name: "clean", rtol: 1e-4 });
  assertEquals(
    found.own.map(({ latent, keep, draws }) => [latent, keep, draws.length]),
    [[8, "norms and angles", 12]],
  );
});

Deno.test("dictionaryEffects() and dictionarySets() have nothing to choose from a dictionary that is silent", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu, 32);
  coder.arrays.b_enc.data.fill(-100);
  const half = (from: number) => ({
    ...backdoor,
    triggered: backdoor.triggered.slice(from, from + 2),
    untriggered: backdoor.untriggered.slice(from, from + 2),
    stories: backdoor.stories.slice(from, from + 2),
  });
  const selection = await openQuestion(model, half(0));
  const found = await dictionaryEffects(selection, coder, { seed: 4, steered: selection });
  assertEquals([found.floor, found.own], [null, []]);
  assertEquals(found.latents.every(({ KL, steer }) => KL === 0 && steer!.logOdds === 0), true);
  const truth = judgedTruth(found),
    rows = truth.latents.map((_, latent) => ({
      ...{ latent, x: 0, y: 0, relevant: false },
      active: false,
    }));
  const judge = await openJudge(model, half(2), { seed: 1 });
  const given = { coder, judge, selection, truth, rows, fired: rows.map(() => 0) };
  const settings = { ...stagewiseSettings("smoke", { grammar: true }).causal, draws: 2 };
  assertEquals(await dictionarySets(given, { settings, seed: 1 }), {
    ...{ chosen: [], curve: [], edits: [] },
  });
  assertEquals(await steeringRows(judge, { name: "DF", coder, truth, rows }, { seed: 1 }), []);
});
