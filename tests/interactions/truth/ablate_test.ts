// Every mode against plain full forward passes. Worst error on lavapipe 2e-5 of the root mean square over instances.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type PairInstances, pairInstances } from "../../../lib/interactions/pairs/instances.ts";
import { pairScores } from "../../../lib/interactions/pairs/pair_scores.ts";
import { blockPlayers } from "../../../lib/interactions/players/blocks.ts";
import {
  ablateOnwards,
  ablatePairs,
  type AblationSample,
} from "../../../lib/interactions/truth/ablate.ts";
import type { Measures } from "../../../lib/interactions/truth/truth.ts";
import { createGptNeo } from "../../../lib/model/architectures/gpt_neo.ts";
import { blockNames } from "../../../lib/model/architectures/gpt_neo/names.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { readParameters } from "../../../lib/tensor/parameters.ts";
import { assertClose } from "../../util.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";
import { type PlainMeasures, plainTruth, sampleOf, takeInstances } from "./plain_ablation.ts";

const [{ gpu }] = devices;
const inBlock = (block: number) =>
  ["hook_resid_pre", "ln1.hook_normalized", "hook_resid_mid", "ln2.hook_normalized"]
    .map((hook) => `blocks.${block}.${hook}`);
const SITES = [...inBlock(0), ...inBlock(1), "blocks.1.hook_resid_post"];
const model = randomModel(gpu), coder = randomCoder({ d_sae: 9, sites: SITES });
const plain = {
  model,
  coder,
  text: randomText(3, 7),
  weights: await readParameters(model.parameters),
};
const sample = await sampleOf(plain);
const random = stream(1, "mu"), mu = Float32Array.from({ length: 9 }, () => random.uniform() / 2);

function assertMeasures(found: Measures, wanted: PlainMeasures[]): void {
  assertEquals("GT1" in found, wanted[0].GT1 !== undefined);
  for (const [name, values] of Object.entries(found)) {
    const of = wanted.map((measures) => measures[name as keyof Measures]!);
    assertClose(values, of, { name, rtol: 2e-4, atol: 2e-6 });
  }
}

const MODES: Record<string, { sites: string[]; layer?: string }> = {
  "an MLP input": { sites: [SITES[7]], layer: "blocks.1.hook_mlp_out" },
  "the first MLP input": { sites: [SITES[3]], layer: "blocks.0.hook_mlp_out" },
  "an attention input": { sites: [SITES[5]], layer: "blocks.1.hook_attn_out" },
  "the stream before an MLP": { sites: [SITES[2]], layer: "blocks.0.hook_mlp_out" },
  "the stream before attention": { sites: [SITES[4]], layer: "blocks.1.hook_attn_out" },
  "the last stream": { sites: [SITES[8]] },
  "every MLP input": { sites: [SITES[3], SITES[7]] },
  "every input": { sites: SITES.filter((site) => site.endsWith("normalized")) },
};

for (const [name, { sites, layer }] of Object.entries(MODES)) {
  Deno.test(`ablatePairs() at ${name} equals full passes`, async () => {
    const { it } = await ablatePairs(plain, sample, { modes: { it: { sites } }, sequences: 2 });
    const wanted = await plainTruth(plain, sample, { sites, layer });
    assertMeasures(it, wanted);
    assert(wanted.some(({ dloss }) => Math.abs(dloss) > 1e-3));
  });
}

Deno.test("ablatePairs() towards the mean, beside zero, equals full passes", async () => {
  const sites = [SITES[3], SITES[7]];
  const modes = { zero: { sites }, mean: { sites, ablation: "mean" as const } };
  const found = await ablatePairs(plain, sample, { modes, mu });
  const amount = (act: number, latent: number) => act - mu[latent];
  assertMeasures(found.mean, await plainTruth(plain, sample, { sites, amount }));
  assertMeasures(found.zero, await plainTruth(plain, sample, { sites }));
});

Deno.test("ablatePairs() towards a mean that is the activation itself changes nothing", async () => {
  const { active, instances } = sample, own = new Float32Array(9);
  for (const e of [instances.first[0], instances.second[0]]) own[active.latent[e]] = active.act[e];
  const one = { ...sample, instances: takeInstances(instances, [0]) };
  const modes = { it: { sites: [SITES[3], SITES[5]], ablation: "mean" as const } };
  const { it } = await ablatePairs(plain, one, { modes, mu: own });
  for (const [name, [value]] of Object.entries(it)) assert(Math.abs(value) < 1e-5, name);
});

for (
  const [name, sites] of [["an MLP input", [SITES[3]]], [
    "every input",
    SITES.filter((s) => s.includes("norm")),
  ]] as const
) {
  Deno.test(`ablateOnwards() at ${name} equals full passes over all later tokens`, async () => {
    const few = { ...sample, instances: takeInstances(sample.instances, [0, 3, 5, 8, 11]) };
    const { it } = await ablateOnwards(plain, few, { modes: { it: { sites } } });
    assertMeasures(it, await plainTruth(plain, few, { sites, onwards: true }));
  });
}

Deno.test("ablatePairs() gives each instance the same alone, in whatever order, and in other parts", async () => {
  const modes = { it: { sites: [SITES[3], SITES[6]] } };
  const { it } = await ablatePairs(plain, sample, { modes });
  const parts = await ablatePairs(plain, sample, { modes, sequences: 1 });
  const last = sample.instances.token.length - 1;
  const turned = takeInstances(sample.instances, [last, 4]);
  const alone = await ablatePairs(plain, { ...sample, instances: turned }, { modes });
  for (const name of ["GT2", "KL", "dloss", "single_j"] as const) {
    assertClose(parts.it[name], it[name], { name, rtol: 1e-4 });
    assertClose(alone.it[name], [it[name][last], it[name][4]], { name, rtol: 1e-4 });
  }
});

Deno.test("latents that no neuron reads both have no GT1, however much each does", async () => {
  // The first neurons of block 1 read the first half of their input alone, the others the second half; of two latents
  // that meet, one writes into the one half, the other into the other.
  const weights = structuredClone(plain.weights), apart = structuredClone(coder);
  const { data } = weights[blockNames(1).W_in], { W_dec } = apart.arrays;
  data.forEach((_, at) => (at % 16 < 8) === (at < 18 * 16) || (data[at] = 0));
  const split = createGptNeo(gpu, model.config, weights);
  const few = await sampleOf({ ...plain, model: split, coder: apart });
  const { pair, pairs } = few.instances, [chosen] = pair;
  for (const [half, latent] of [pairs.i[chosen], pairs.j[chosen]].entries()) {
    const at = (latent * SITES.length + 7) * 16;
    W_dec.data.fill(0, at + 8 * (1 - half), at + 8 * (2 - half));
  }
  const first = [...pair.keys()].filter((n) => pair[n] === chosen);
  const instances = takeInstances(few.instances, first);
  const modes = { it: { sites: [SITES[7]] }, before: { sites: [SITES[6]] } };
  const found = await ablatePairs({ model: split, coder: apart }, { ...few, instances }, { modes });
  const { GT1, single_i, single_j } = found.it;
  first.forEach((_, n) => assert(GT1![n] < 3e-6 && single_i[n] > 0.02 && single_j[n] > 0.02));
  assert(found.before.GT1!.some((value) => value > 1e-3)); // through the norm they do interact
});

Deno.test("GT1 of an ablation at an MLP input is the removal metric, instance by instance", async () => {
  const { instances, active } = sample, gt1: number[] = [], removal: number[] = [];
  const modes = Object.fromEntries([3, 7].map((site) => [site, { sites: [SITES[site]] }]));
  const found = await ablatePairs(plain, sample, { modes });
  for await (const { part, block, players } of blockPlayers(model, coder, plain.text)) {
    const here = pairInstances(part.active);
    const scores = await pairScores(players, here, { metrics: ["removal"] });
    here.token.forEach((token, n) => {
      const entry = active.start[part.first + token] + here.first[n] - part.active.start[token];
      const other = entry + here.second[n] - here.first[n];
      const own = instances.first.findIndex((e, k) => e === entry && instances.second[k] === other);
      if (own < 0) return;
      gt1.push(found[block.site].GT1![own]);
      removal.push(scores.removal[n]);
    });
  }
  assertEquals(gt1.length, 2 * instances.token.length);
  assertClose(gt1, removal, { name: "GT1", rtol: 1e-5 });
});

const refuse = (
  given: Partial<AblationSample>,
  words: string,
  options: Parameters<typeof ablatePairs>[2] = { modes: { it: { sites: [SITES[3]] } } },
) => assertRejects(() => ablatePairs(plain, { ...sample, ...given }, options), RangeError, words);

Deno.test("ablatePairs() refuses what is not of this text or crosscoder", async () => {
  const { instances, active } = sample;
  const other = (change: Partial<PairInstances>) => ({ instances: { ...instances, ...change } });
  await refuse({ instances: takeInstances(instances, []) }, "found no co-active pair");
  const moved = instances.token.map((token) => token === 0 ? 1 : token - 1);
  await refuse(other({ token: moved }), "expected both latents of a pair active at its token");
  await refuse(other({ first: instances.second }), "expected both latents of a pair active");
  await refuse({ sequences: plain.text.slice(1) }, "expected active latents of 9 at 14 tokens");
  const last = active.start.findIndex((start, t) => t % 7 === 6 && active.start[t + 1] - start > 1);
  const entry = active.start[last], [i, j] = active.latent.subarray(entry, entry + 2);
  await refuse({
    instances: {
      pairs: { d_sae: 9, i: Uint32Array.of(i), j: Uint32Array.of(j) },
      first: Uint32Array.of(entry),
      second: Uint32Array.of(entry + 1),
      token: Uint32Array.of(last),
      pair: Uint32Array.of(0),
    },
  }, "expected tokens that tell a next one");
});

Deno.test("ablatePairs() refuses sites and means that it cannot ablate with", async () => {
  const at = (site: string) => ({ modes: { it: { sites: [site] } } });
  await refuse({}, "expected a site of the crosscoder", at("blocks.1.hook_mlp_out"));
  const mean = { it: { sites: [SITES[3]], ablation: "mean" as const } };
  await refuse({}, "expected 9 mean activations, mu, for the mode it but found none", {
    modes: mean,
  });
  await refuse({}, "found 8", { modes: mean, mu: new Float32Array(8) });
  await refuse({}, "Cannot ablate pairs towards mu", {
    modes: mean,
    mu: new Float32Array(9).fill(NaN),
  });
  await refuse({}, "Cannot ablate pairs", { modes: { it: { sites: [] } } });
  const final = randomCoder({ d_sae: 9, sites: ["ln_final.hook_normalized"] });
  const shown = await sampleOf({ ...plain, coder: final });
  const modes = { it: { sites: ["ln_final.hook_normalized"] } };
  await assertRejects(
    () => ablatePairs({ model, coder: final }, shown, { modes }),
    RangeError,
    "expected a stream, or what an MLP or attention reads",
  );
});
