// Fixture: tests/fixtures/causal_effects.py (PyTorch, float64, seed 21): every edit of every prompt as a run of its own.
import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { type Crosscoder, unfold } from "../../../lib/crosscoder/coder.ts";
import { hiddenKeysEffect } from "../../../lib/diff/causal/ceiling.ts";
import { unitVector } from "../../../lib/diff/causal/direction.ts";
import type {
  RandomRows,
  Removal,
  RemovalOptions,
} from "../../../lib/diff/causal/edits/removal.ts";
import {
  type Effect,
  effectsOf,
  effectsOfGroups,
  jointEffect,
} from "../../../lib/diff/causal/effects.ts";
import { firstOrderEffects } from "../../../lib/diff/causal/first_order.ts";
import { suppressionCurve } from "../../../lib/diff/causal/suppression_curve.ts";
import { openQuestion } from "../../../lib/diff/causal/question/asked.ts";
import { steeringOf } from "../../../lib/diff/causal/steering.ts";
import { storyEffect } from "../../../lib/diff/causal/stories.ts";
import { ownDraws } from "../../../lib/diff/causal/own_draws.ts";
import { causalVerdict, type Floor, floorOf, isNecessary } from "../../../lib/diff/causal/rules.ts";
import { causalTruth } from "../../../lib/diff/causal/truth.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { assertClose } from "../../util.ts";
import { tinyQuestion } from "./tiny_question.ts";

const gpu = await openGpu();

const LATENTS = Array.from({ length: 14 }, (_, latent) => ({ kind: "latent" as const, latent }));
const latents = (...some: number[]) => some.map((latent) => LATENTS[latent]);
const row = ({ logOdds, KL, payload, clean }: Effect) => [logOdds, KL, payload, clean];
const TOLERANCE = { rtol: 1e-4, atol: 1e-4 }; // worst error seen: 2e-6 (lavapipe)

const REMOVALS: Record<string, RemovalOptions> = {
  "ablate": {},
  "naive": { removal: "naive" },
  "last site": { removal: "last site" },
  "site 0": { removal: { site: 0 } },
  "freeze": { removal: "freeze" },
  "minimal": { removal: { minimal: {} } },
  "minimal 0": { removal: { minimal: { target: 0 } } },
  "minimal scaled": { removal: { minimal: { unit: "scaled" } } },
};

Deno.test("openQuestion() and effectsOfGroups() equal PyTorch, edit by edit", async () => {
  const { model, coder, backdoor, expected, options } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor);
  const { triggered } = asked.before, n = triggered.length;
  assertClose(
    [
      triggered.reduce((sum, { logOdds }) => sum + logOdds, 0) / n,
      triggered.reduce((sum, { KL }) => sum + KL, 0) / n,
      triggered.filter(({ matched }) => matched === 3).length / n,
    ],
    expected.before,
    { name: "before", ...TOLERANCE },
  );
  for (const [name, groups] of Object.entries(options.cases)) {
    const list = { coder, directions: LATENTS };
    const effects = await effectsOfGroups(asked, list, { ...REMOVALS[name], groups });
    assertClose(effects.flatMap(row), expected[name], { name, ...TOLERANCE });
  }
});

Deno.test("effectsOf() and jointEffect() of vectors equal PyTorch's projections, at one hook and at several", async () => {
  const { model, backdoor, vectors, expected, options } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor);
  const { vector_groups, stacked_groups } = options;
  for (
    const [name, groups] of Object.entries({ project: vector_groups, stacked: stacked_groups })
  ) {
    const found: Effect[] = [];
    for (const group of groups) {
      found.push(await jointEffect(asked, { directions: group.map((n) => vectors[n]) }));
    }
    assertClose(found.flatMap(row), expected[name], { name, ...TOLERANCE });
  }
  const single = await effectsOf(asked, { directions: [vectors[0], vectors[1]] });
  assertClose(single.flatMap(row), expected.project.data.slice(0, 8), {
    name: "one by one",
    ...TOLERANCE,
  });
});

Deno.test("random rows take the place of a stacked vector with its norm at every hook", async () => {
  const { model, backdoor, vectors } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor), directions = [vectors[3]];
  const of = async (random?: { seed: number; draw?: number }) =>
    row(await jointEffect(asked, { directions }, { random }));
  const all = [await of(), await of({ seed: 1 }), await of({ seed: 1, draw: 1 })];
  assertEquals(await of({ seed: 1, draw: 0 }), all[1]);
  assertEquals(new Set(all.map((values) => values.join())).size, 3);
  const wide = unitVector(
    new Map([["blocks.0.hook_resid_post", 16], ["blocks.0.mlp.hook_post", 24]]
      .map(([hook, width]) => [hook as string, new Float32Array(width as number).fill(1)])),
  );
  await assertRejects(() => jointEffect(asked, { directions: [wide] }), RangeError, "of one width");
});

Deno.test("hiddenKeysEffect(), firstOrderEffects(), steeringOf() and storyEffect() equal PyTorch", async () => {
  const { model, coder, backdoor, expected, options } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor);
  const hidden = await hiddenKeysEffect(asked);
  assertClose(row(hidden).slice(0, 3), expected.hidden, { name: "hidden", ...TOLERANCE });
  const first = await firstOrderEffects(asked, { coder });
  assertClose(first, expected.first_order, { name: "first order", rtol: 1e-3 });
  const steered = await steeringOf(asked, { coder, directions: LATENTS }, { alpha: options.alpha });
  assertClose(steered.map(({ size }) => size), expected.size, { name: "size", ...TOLERANCE });
  assertClose(
    steered.flatMap(({ payload, logOdds }) => [payload, logOdds]),
    expected.steered,
    { name: "steered", ...TOLERANCE },
  );
  for (const [name, positions] of [["ablate", "prompt"], ["all", "all"]] as const) {
    const list = { coder, directions: latents(...options.group) };
    const { loss, before, KL } = await storyEffect(asked, list, { positions });
    const values = [loss.triggered, loss.untriggered, before.triggered, before.untriggered, KL];
    assertClose(values, expected[`stories.${name}`], { name: `stories ${name}`, ...TOLERANCE });
  }
});

Deno.test("effects are those of one prompt and one latent at a time, folded or not, and halves go by parity", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor);
  const all = await effectsOf(asked, { coder, directions: LATENTS });
  const same = await effectsOf(asked, { coder: unfold(coder), directions: LATENTS });
  assertClose(same.flatMap(row), all.flatMap(row), { name: "unfolded", rtol: 1e-4 });
  for (const latent of [2, 8]) {
    const [alone] = await effectsOf(asked, { coder, directions: latents(latent) });
    assertClose(row(alone), row(all[latent]), { name: `latent ${latent} alone`, rtol: 1e-6 });
    const [even, odd] = await Promise.all([0, 1].map(async (half) => {
      const some = <T>(list: T[]) => list.filter((_, n) => n % 2 === half).flatMap((x) => [x, x]);
      const { triggered, untriggered } = backdoor;
      const own = await openQuestion(model, {
        ...{ triggered: some(triggered), untriggered: some(untriggered), stories: [] },
        payload: backdoor.payload,
      });
      return await jointEffect(own, { coder, directions: latents(latent) });
    }));
    const { halves } = all[latent];
    assertAlmostEquals(halves[0].logOdds, even.logOdds, 1e-5);
    assertAlmostEquals(halves[1].KL, odd.KL, 1e-5);
    assertAlmostEquals((halves[0].logOdds + halves[1].logOdds) / 2, all[latent].logOdds, 1e-12);
  }
});

Deno.test("a latent of zero decoder changes nothing, and one that is always silent is not run", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor);
  const { arrays } = coder, width = 3 * 16;
  const W_dec = { ...arrays.W_dec, data: arrays.W_dec.data.slice().fill(0, 8 * width, 9 * width) };
  const b_enc = { ...arrays.b_enc, data: arrays.b_enc.data.slice().fill(-100, 2, 3) };
  const other = { ...coder, arrays: { ...arrays, W_dec, b_enc } };
  const [zero, silent] = await effectsOf(asked, { coder: other, directions: latents(8, 2) });
  assertEquals(zero.edited, 6);
  for (const value of [zero.logOdds, zero.KL, zero.clean]) assertAlmostEquals(value, 0, 1e-6);
  assertEquals([silent.edited, silent.logOdds, silent.clean, silent.payload], [0, 0, 0, 0.5]);
});

Deno.test("random rows have the norms of a latent's own, and are the same for a seed and a draw", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor), list = { coder, directions: latents(8, 10) };
  const draws: RandomRows[] = [{ seed: 1 }, { seed: 1, draw: 0 }, { seed: 1, draw: 1 }, {
    seed: 2,
  }];
  const found = [];
  draws.push({ seed: 1, keep: "norms" }, { seed: 1, keep: "norms and angles" });
  for (const random of draws) found.push((await effectsOf(asked, list, { random })).flatMap(row));
  assertEquals([found[1], found[4]], [found[0], found[0]]);
  assertEquals(new Set(found.map((values) => values.join())).size, 4);
});

/** Latent 8 fires everywhere and writes the payload's first token at the last site. */
function withPayloadLatent(
  { config, arrays }: Crosscoder,
  embedding: Float32Array,
  [token]: Uint32Array,
): Crosscoder {
  const W_dec = { ...arrays.W_dec, data: arrays.W_dec.data.slice() };
  W_dec.data.fill(0, 8 * 48, 9 * 48);
  W_dec.data.set(embedding.subarray(16 * token, 16 * token + 16), 8 * 48 + 32);
  const b_enc = { ...arrays.b_enc, data: arrays.b_enc.data.slice().fill(10, 8, 9) };
  return { config, arrays: { ...arrays, W_dec, b_enc } };
}

Deno.test("causalTruth() holds effects against random rows of the same latents", async () => {
  const { model, coder: other, backdoor, expected } = await tinyQuestion(gpu);
  const coder = withPayloadLatent(other, expected["transformer.wte.weight"].data, backdoor.payload);
  const asked = await openQuestion(model, backdoor), list = { coder, directions: LATENTS };
  const truth = await causalTruth(asked, list, { seed: 4, least: 15 });
  const effects = await effectsOf(asked, list), random: Effect[] = [];
  for (const draw of [0, 1]) {
    random.push(...await effectsOf(asked, list, { random: { seed: 4, draw } }));
  }
  assertEquals(truth.random.length, 28);
  assertClose(
    truth.random.flatMap(({ logOdds, KL, edited }) => [logOdds, KL, edited]),
    random.flatMap(({ logOdds, KL, edited }) => [logOdds, KL, edited]),
    { name: "random", rtol: 1e-5, atol: 1e-6 },
  );
  assertEquals(truth.floor, floorOf(truth.random));
  const verdicts = effects.map((effect) => causalVerdict(effect, truth.floor));
  assertEquals(truth.necessary, verdicts.map(({ necessary }) => necessary));
  assertEquals(truth.causal, verdicts.map(({ causal }) => causal));
  assertEquals(truth.necessary.flatMap((holds, latent) => holds ? [latent] : []), [8]);
  effects.forEach(({ clean, ...triggered }, n) => {
    const { clean: measured, ...found } = truth.effects[n];
    assertEquals(found, triggered);
    if (!truth.necessary[n]) assertEquals(measured, undefined);
    else assertClose([measured!], [clean], { name: `clean of ${n}`, rtol: 1e-5 });
  });
});

Deno.test("causalTruth() draws again until as many random vectors edit a prompt; without a verdict where none does", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor), { arrays } = coder;
  const silent = (but: number[]) => {
    const data = arrays.b_enc.data.map((bias, latent) => but.includes(latent) ? bias : -100);
    return { ...coder, arrays: { ...arrays, b_enc: { ...arrays.b_enc, data } } };
  };
  const few = await causalTruth(asked, { coder: silent([8, 10]), directions: LATENTS }, {
    ...{ seed: 4, least: 5 },
  });
  assertEquals(few.random.filter(({ edited }) => edited > 0).length, 6); // of three draws
  await assertRejects(
    () => causalTruth(asked, { coder, directions: LATENTS }, { seed: 4, least: NaN }),
    RangeError,
    "Cannot make a floor: expected least",
  );
  const none = await causalTruth(asked, { coder: silent([]), directions: LATENTS }, { seed: 4 });
  assertEquals([none.floor, none.random], [null, []]);
  assertEquals(new Set([...none.necessary, ...none.causal]), new Set([false]));
  assertEquals(none.effects[8], {
    ...{ logOdds: 0, KL: 0, payload: 0.5, edited: 0 },
    halves: [{ logOdds: 0, KL: 0 }, { logOdds: 0, KL: 0 }],
  });
});

Deno.test("ownDraws() puts random vectors in a direction's own place, draw by draw", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor), list = { coder, directions: LATENTS };
  const half = { logOdds: 0, KL: 9 }, floor: Floor = { halves: [half, half] };
  const keep = "norms and angles", places = [10, 8];
  const found = await ownDraws(asked, list, {
    ...{ places, floor, seed: 2, keep },
    first: 5,
    draws: 6,
  });
  const measured: boolean[] = [];
  for (let n = 0; n < 6; n++) {
    const random = { seed: 2, draw: 5 + n, keep } as const;
    const effects = await effectsOf(asked, { coder, directions: latents(10, 8) }, { random });
    effects.forEach((effect, place) => {
      const { halves, clean } = found[place][n];
      const values = (of: typeof halves) => of.flatMap(({ logOdds, KL }) => [logOdds, KL]);
      assertClose(values(halves), values(effect.halves), { name: `draw ${n}`, ...TOLERANCE });
      assertEquals(clean !== undefined, isNecessary(effect, floor));
      if (clean !== undefined) assertAlmostEquals(clean, effect.clean, 1e-5);
      measured.push(clean !== undefined);
    });
  }
  assertEquals(new Set(measured).size, 2); // of some the clean cost was measured, of others not
  assertEquals(await ownDraws(asked, list, { places: [], floor, seed: 2 }), []);
  await assertRejects(
    () => ownDraws(asked, list, { places: [14], floor, seed: 2 }),
    RangeError,
    "places of the list, from 0 to 13, but found 14",
  );
});

Deno.test("suppressionCurve() removes the first directions of a list together, as many as there are", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor), directions = latents(8, 10, 2, 5);
  const curve = await suppressionCurve(asked, { coder, directions });
  assertEquals(curve.map(({ size }) => size), [1, 2, 3]);
  const two = await jointEffect(asked, { coder, directions: directions.slice(0, 2) });
  assertClose(row(curve[1].effect), row(two), { name: "two", rtol: 1e-6 });
  await assertRejects(
    () => suppressionCurve(asked, { coder, directions }, { sizes: [0, 1] }),
    RangeError,
    "Cannot remove the first directions of a list",
  );
});

Deno.test("storyEffect() has no closed gap where the trigger makes the stories no dearer", async () => {
  const { model, coder, backdoor } = await tinyQuestion(gpu);
  const ways = new Set<boolean>();
  for (const story of backdoor.stories) {
    const asked = await openQuestion(model, { ...backdoor, stories: [story] });
    const { loss, before, closed } = await storyEffect(asked, { coder, directions: latents(8) });
    const gap = before.triggered - before.untriggered;
    assertEquals(closed, gap > 0 ? (before.triggered - loss.triggered) / gap : undefined);
    ways.add(closed !== undefined);
  }
  assertEquals(ways.size, 2); // some are dearer behind the trigger, some cheaper
});

Deno.test("questions and lists that make no sense are refused", async () => {
  const { model, coder, backdoor, vectors } = await tinyQuestion(gpu);
  const asked = await openQuestion(model, backdoor);
  const { triggered } = backdoor;
  const questions: [object, string][] = [
    [{ triggered: triggered.slice(1) }, "a prompt without the trigger for each one"],
    [{ triggered: [...triggered].reverse() }, "expected prompt 0 to be the untriggered one"],
    [{ triggered: backdoor.untriggered }, "tokens, nothing put in: pass prompts of one story"],
    [{ triggered: triggered.slice(0, 1) }, "expected triggered to be a list of at least 2"],
    [{ payload: new Uint32Array() }, "payload to be a Uint32Array of at least one id"],
    [{ payload: Uint32Array.of(23) }, "whole numbers from 0 to 22"],
    [
      { stories: [{ prompt: triggered[1], answer: Uint32Array.of(1) }] },
      "another prompt before story 0",
    ],
  ];
  for (const [change, words] of questions) {
    await assertRejects(
      () => openQuestion(model, { ...backdoor, ...change }),
      RangeError,
      words,
      JSON.stringify(change),
    );
  }
  const of = (directions: object[], options: object = {}, more: object = {}) =>
    jointEffect(asked, { coder, directions, ...more } as never, options as RemovalOptions);
  const [one] = LATENTS, two = { ...coder.config.sites[1], model: "base" };
  const far = {
    ...coder,
    config: { ...coder.config, sites: [coder.config.sites[0], two, coder.config.sites[2]] },
  };
  const mixed = coder.config.sites.map((site, n) =>
    n === 1 ? { ...site, hook: "blocks.1.hook_mlp_out" } : site
  );
  const lists: [() => Promise<Effect>, string][] = [
    [() => of([]), "a list of directions but found []"],
    [() => of([{ kind: "latent", latent: 14 }]), "latents from 0 to 13 but found 14"],
    [() => of([one, vectors[0]]), "latents or vectors but found both"],
    [() => of([one], {}, { coder: undefined }), "the crosscoder of the latents but found none"],
    [() => of([one, one]), "each latent once in a group but found 0 twice"],
    [() => of([one], { removal: { site: 3 } }), "a site from 0 to 2 but found 3"],
    [() => of([one], { removal: "gently" as Removal }), "removal"],
    [() => of([one], {}, { coder: far }), "one of the models model"],
    [
      () => of([one], {}, { coder: { ...coder, config: { ...coder.config, sites: mixed } } }),
      "residual streams alone",
    ],
    [
      () => of([one], { target: 0 }),
      'expected one of removal, positions, random but found "target"',
    ],
    [() => of([one], { removal: { site: 0, minimal: {} } }), "removal"],
    [() => of([one], { removal: { minimal: { target: NaN } } }), "expected target to be"],
    [() => of([one], { removal: { minimal: { positions: "all" } } }), "one of target, unit"],
    [() => of([one], { random: { seed: 1, keep: "angles" } }), "expected random.keep to be one of"],
    [() => of([vectors[0]], { removal: "ablate" }), "expected no removal"],
    [() => of([vectors[0]], { random: { seed: 1, keep: "norms" } }), "expected no random.keep"],
    [
      () =>
        of([{ kind: "vector", at: new Map([["blocks.0.hook_resid_post", new Float32Array(16)]]) }]),
      "norm 1",
    ],
    [
      () =>
        of([{ kind: "vector", at: new Map([["blocks.0.hook_resid_post", new Float32Array(8)]]) }]),
      "16 numbers",
    ],
  ];
  for (const [ask, words] of lists) await assertRejects(ask, RangeError, words);
  await assertRejects(
    () => steeringOf(asked, { directions: vectors }),
    RangeError,
    "expected latents, which have a size",
  );
});
