// A random model and dictionary; ground truth is made of the scores themselves, so that what agrees with what is known.
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { textMeans } from "../../../lib/interactions/agreement/baselines/text_baselines.ts";
import { PAIR_METRICS } from "../../../lib/interactions/pairs/metrics.ts";
import { scorePairs } from "../../../lib/interactions/pairs/score_pairs.ts";
import { pairColumns } from "../../../lib/interactions/run/agreement_columns.ts";
import { readPairTable, writePairTable } from "../../../lib/interactions/run/pair_tables.ts";
import type { PhaseWork } from "../../../lib/interactions/run/phase.ts";
import { agreement } from "../../../lib/interactions/run/phases/agreement.ts";
import { writeTruthTable } from "../../../lib/interactions/run/truth_tables.ts";
import { expectForm } from "../../../lib/io/form.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;
const model = randomModel(gpu), coder = randomCoder(), of = { coder: "mlp", number: 0 } as const;
const folder = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const text = randomText(16).map((ids) => Uint32Array.from(ids)), pos = text[0].length;
const options = { text, metrics: PAIR_METRICS, least: 2, random: stream(0, "orders") };
const scored = await scorePairs(model, coder, options);
await writePairTable(folder, of, scored);
const table = await readPairTable(folder, of);
const { pairs } = scored, n = pairs.i.length;

Deno.test("pairColumns() finds the scores of ablated pairs, whatever others were scored", async () => {
  const means = await textMeans(model, coder, text);
  const given = { table, metrics: [...PAIR_METRICS], means, coder, text };
  const odd = (values: Uint32Array) => values.filter((_, p) => p % 2 === 1);
  const some = { ...pairs, i: odd(pairs.i), j: odd(pairs.j) };
  const { blocks, common, overlap } = pairColumns(given, some, { seed: 0 });
  const { removal, insertion } = scored.blocks[1].metrics;
  assert(some.i.length > 10);
  some.i.forEach((_, p) => {
    const from = 2 * p + 1;
    assertAlmostEquals(blocks[1].removal[p], removal.S_co[from], 1e-6);
    assertAlmostEquals(blocks[1]["removal S_max"][p], removal.S_max[from], 1e-6);
    assertAlmostEquals(blocks[1].insertion[p], insertion.S_co[from], 1e-6);
    assertEquals(common.count[p], scored.count[from]);
    assert(overlap[p] >= 0 && overlap[p] <= 1);
  });
  const strange = { ...pairs, i: Uint32Array.of(5), j: Uint32Array.of(5) };
  assertThrows(() => pairColumns(given, strange, { seed: 0 }), RangeError, "latents 5 and 5");
});

/** Two tokens a pair; at block L what the removal metric of that block says, jointly f_i f_j. */
async function madeTruth() {
  const tokens = [0, 1].flatMap((t) => Array.from({ length: n }, (_, p) => ({ t, p })));
  const pair = Uint32Array.from(tokens, ({ p }) => p);
  const values = (of: (p: number) => number) =>
    Float32Array.from(tokens, ({ t, p }) => of(p) * (1 + 0.1 * t));
  const measures = (of: (p: number) => number) => ({
    ...{ GT2: values(of), KL: values(of), dlogits: values(of), dloss: values((p) => -of(p)) },
    ...{ single_i: values(() => 2), single_j: values((p) => p + 1) },
  });
  const value = (layer: number, metric: "removal" | "acts_product") => {
    const all = table.value(layer, metric, "S_co");
    return (p: number) => all[p];
  };
  const measured = {
    "block 0": measures(value(0, "removal")),
    "block 1": measures(value(1, "removal")),
    joint: measures(value(0, "acts_product")),
  };
  const token = Uint32Array.from(tokens, ({ t, p }) => t * pos + p % 3 * 2 * pos);
  const instances = { pairs, pair, token, first: pair, second: pair };
  await writeTruthTable(folder, { ...of, sample: "whole" }, { instances, pos, measured });
  const site = (layer: number) => `blocks.${layer}.ln2.hook_normalized`;
  return [
    { name: "block 0", sites: [site(0)] },
    { name: "block 1", sites: [site(1)] },
    { name: "joint", sites: [site(0), site(1)] },
  ];
}

Deno.test("the phase holds each block's scores against its own ablation, sums against the joint one", async () => {
  const modes = await madeTruth();
  const results = {
    pairs: {
      tables: [{
        ...{ ...of, model: "ft1", tokens: text.length * pos, layers: [0, 1] },
        metrics: [...PAIR_METRICS],
      }],
    },
    truth: { samples: [{ ...of, sample: "whole", modes }, { ...of, sample: "mean", modes }] },
  };
  const work = {
    sources: {
      seed: 0,
      model: () => Promise.resolve(model),
      coder: () => Promise.resolve(coder),
      text: (_: string, count: number) => text.slice(0, count),
    },
    settings: { agreement: { resamples: 10 } },
    step: () => {},
    of: ({ name }: { name: "pairs" | "truth" }) =>
      Promise.resolve({ folder, result: results[name] }),
  } as unknown as PhaseWork;
  const { coders } = expectForm("read", await agreement.make(work), agreement.form);
  assertEquals(coders.length, 1);
  const [{ cases, documents, instances, d_mlp, active, points }] = coders;
  assertEquals([instances, documents, d_mlp], [2 * n, 6, 37]);
  assert(active > 1 && active < 14);
  const row = (name: string, metric: string, truth = "GT2") =>
    cases.find((one) => one.name === name)!.rows
      .find((one) => one.metric === metric && one.truth === truth)!;
  for (const name of ["block 0", "block 1"]) {
    for (const truth of ["GT2", "dloss"]) {
      assertAlmostEquals(row(name, "removal", truth).partial.raw!, 1, 1e-9);
      assertAlmostEquals(row(name, "removal", truth).partial.B!, 1, 1e-9);
    }
  }
  assertAlmostEquals(row("joint", "acts_product").partial.raw!, 1, 1e-9);
  assert(row("joint", "removal").partial.raw! < 0.99);
  assertEquals(points.map((one) => [one.case, one.GT2.length]), [["block 1", n], ["joint", n]]);
});
