// The phase on two blocks of random weights, whose dictionaries all are the same few.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { interactionsSettings } from "../../../lib/interactions/run/presets.ts";
import { CODER_NAMES } from "../../../lib/interactions/run/names.ts";
import { pairs } from "../../../lib/interactions/run/phases/pairs.ts";
import { truth } from "../../../lib/interactions/run/phases/truth.ts";
import type { PhaseWork } from "../../../lib/interactions/run/phase.ts";
import { readTruthTable } from "../../../lib/interactions/run/truth_tables.ts";
import { expectForm } from "../../../lib/io/form.ts";
import { inFolder } from "../../util.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;
const model = randomModel(gpu), text = randomText(12, 7);
const every = [0, 1].flatMap((l) =>
  ["hook_resid_pre", "ln1.hook_normalized", "hook_resid_mid", "ln2.hook_normalized"]
    .map((hook) => `blocks.${l}.${hook}`)
);
const few = { pairs: 4, tokens: 3 };
const settings = {
  ...interactionsSettings("smoke"),
  seeds: 2,
  metricSequences: 12,
  heldOutSequences: 12,
  pairs: { sequences: 12, otherSequences: 12, least: 3 },
  truth: {
    ...{ cells: 2, top: 1, whole: few, seeds: few, others: few, mean: few, later: few },
    stream: few,
  },
};

async function run(folder: string) {
  const coder = (name: string) =>
    Promise.resolve(name === "all" ? randomCoder({ sites: every }) : randomCoder());
  const sources = {
    ...{ gpu, seed: 0, coders: CODER_NAMES, coder },
    model: () => Promise.resolve(model),
    text: () => text,
  };
  const work = { sources, settings, folder, step: () => {} } as unknown as PhaseWork;
  const before = { result: await pairs.make(work), folder };
  return await truth.make({ ...work, of: () => Promise.resolve(before) } as unknown as PhaseWork);
}

Deno.test("phase truth leaves a table for every sample, whose modes are those it tells", async () => {
  await inFolder(async (folder) => {
    const result = await run(folder);
    expectForm("read", JSON.parse(JSON.stringify(result)), truth.form);
    assertEquals(
      result.samples.map(({ coder, number, sample }) => `${coder} ${number} ${sample}`),
      [
        ...["mlp 0 whole", "mlp 0 mean", "mlp 0 later", "mlp 1 whole", "relu 0 whole"],
        ...["second 0 whole", "all 0 stream"],
      ],
    );
    for (const sample of result.samples) {
      const table = await readTruthTable(folder, sample);
      assertEquals([table.pairs.i.length, table.pair.length], [sample.pairs, sample.instances]);
      assert(table.document.every((d) => d < 12) && table.position.every((p) => p < 6));
      for (const { name, sites, later } of sample.modes) {
        const { GT1, GT2 } = table.measures(name);
        assertEquals([GT2.length, GT1 !== undefined], [
          sample.instances,
          sites.length === 1 && !later,
        ]);
      }
    }
    const [, mean, later] = result.samples;
    const of = async (sample: typeof mean, mode: string) =>
      (await readTruthTable(folder, sample)).measures(mode).KL;
    assert((await of(mean, "joint")).join() !== (await of(mean, "joint mean")).join());
    const own = await of(later, "joint"), all = await of(later, "joint later");
    assert(own.every((KL, n) => all[n] >= KL - 1e-6) && all.some((KL, n) => KL > own[n] + 1e-4));
    await assertRejects(() => of(later, "block 7"), RangeError, "expected the mode block 7");
  });
});

Deno.test("phase truth leaves the same bytes twice", async () => {
  await inFolder(async (one) => {
    await inFolder(async (other) => {
      await run(one);
      await run(other);
      const file = (folder: string) => Deno.readFile(`${folder}/mlp-0-whole.safetensors`);
      assertEquals(await file(one), await file(other));
    });
  });
});
