// The phases on models and dictionaries of random weights: what they leave is whole, and no bound is violated.
import { assert, assertEquals } from "@std/assert";
import { expectForm } from "../../../lib/io/form.ts";
import { PAIR_METRICS } from "../../../lib/interactions/pairs/metrics.ts";
import { bounds } from "../../../lib/interactions/run/phases/bounds.ts";
import { pairs } from "../../../lib/interactions/run/phases/pairs.ts";
import { CODER_NAMES } from "../../../lib/interactions/run/names.ts";
import type { PhaseWork } from "../../../lib/interactions/run/phase.ts";
import { readPairTable } from "../../../lib/interactions/run/pair_tables.ts";
import { interactionsSettings } from "../../../lib/interactions/run/presets.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { inFolder } from "../../util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;

/** Random models by their names, one random dictionary for all. */
function work(folder: string): PhaseWork {
  const settings = {
    ...interactionsSettings("smoke"),
    ...{ seeds: 2, boundSequences: 3, pairs: { sequences: 6, otherSequences: 4, least: 8 } },
  };
  const [gelu, relu] = [randomModel(gpu), randomModel(gpu, { activation: "relu" })];
  const sources = {
    ...{ gpu, seed: 0, settings, coders: CODER_NAMES },
    model: (name: string) => Promise.resolve(name === "relu" ? relu : gelu),
    coder: () => Promise.resolve(randomCoder()),
    text: (_: string, count: number) => randomText(count),
  };
  return { sources, settings, folder, step: () => {} } as unknown as PhaseWork;
}

Deno.test("phase bounds: every neuron of both models, with and without error node, within all its bounds", async () => {
  const result = await bounds.make(work("unused"));
  expectForm("test", JSON.parse(JSON.stringify(result)), bounds.form);
  assertEquals(result.blocks.map(({ model, layer }) => `${model} ${layer}`), [
    "ft1 0",
    "ft1 1",
    "relu 0",
    "relu 1",
  ]);
  assertEquals([result.neuron_tokens, result.violated], [4 * 2 * 21 * 37, 0]);
  const [gelu, , relu] = result.blocks;
  assert(gelu.whole.kink_gate > 0 && relu.whole.kink_gate === 0);
  assert(gelu.whole.excess_fraction !== gelu.reconstruction.excess_fraction);
});

Deno.test("phase pairs: all metrics of the first dictionary on disk, a few of the others", async () => {
  await inFolder(async (folder) => {
    const { tables } = await pairs.make(work(folder));
    expectForm("test", { tables }, pairs.form);
    assertEquals(tables.map(({ coder, number }) => `${coder} ${number}`), [
      "mlp 0",
      "mlp 1",
      "jumprelu 0",
      "relu 0",
      "second 0",
      "all 0",
    ]);
    assertEquals(tables[0].metrics, [...PAIR_METRICS]);
    const [first, other] = [
      await readPairTable(folder, tables[0]),
      await readPairTable(folder, tables[1]),
    ];
    assertEquals([first.pairs.i.length, other.pairs.i.length], [tables[0].pairs, tables[1].pairs]);
    assertEquals(first.count.reduce((a, b) => a + b, 0), tables[0].instances);
    for (const metric of PAIR_METRICS) {
      const S_co = first.value(1, metric, "S_co"), S_max = first.value(1, metric, "S_max");
      assert(
        S_co.every((value, p) => value >= 0 && value <= S_max[p] * (1 + 1e-6)) &&
          S_max.some((value) => value > 0),
        metric,
      );
    }
  });
});
