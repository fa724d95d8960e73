/**
 * `replicate interactions --model FOLDER --coder FOLDER`: a model and a dictionary of the reader's
 * own in place of ft1 and its dictionary. Metrics of all pairs, ablation, their agreement, bounds.
 * @module
 */
import { join } from "node:path";
import { loadCrosscoder } from "../../lib/crosscoder/coder.ts";
import { corpusName, openCorpus } from "../../lib/data/corpus.ts";
import { prepareData } from "../../lib/diff/run/data.ts";
import { stagewiseSettings } from "../../lib/diff/settings/presets.ts";
import { sourceText } from "../../lib/io/hub/source.ts";
import type { Local } from "../../lib/io/hub/types.ts";
import { guardDisk, writeJson } from "../../lib/io/files.ts";
import { ownHash, type OwnQuality, runOwn } from "../../lib/interactions/run/own.ts";
import { interactionsSettings } from "../../lib/interactions/run/presets.ts";
import type { InteractionsResults } from "../../lib/interactions/run/results.ts";
import { vocabularyOf } from "../../lib/model/files.ts";
import { formatLines } from "../../lib/report/line.ts";
import { tune } from "../../lib/tensor/tune.ts";
import { drawSystem } from "../draw.ts";
import { namedOnDisk } from "../hub_option.ts";
import type { OwnOptions, OwnWork, System } from "../system.ts";
import { agreement } from "./figures/agreement.ts";
import { agreementTable } from "./figures/agreement_table.ts";
import { tightness } from "./figures/tightness.ts";

/** Figures that these results are enough for. */
const FIGURES = [agreement, agreementTable, tightness];

/** Reads and checks both folders and the corpus, and returns the work. */
export async function prepareOwn(
  system: System<InteractionsResults>,
  { preset, corpus: path, seed, folder, cacheDir, own: named, progress }: OwnOptions,
): Promise<OwnWork> {
  const given = {
    model: await namedOnDisk(named.model, "model"),
    coder: await namedOnDisk(named.coder, "model"),
  };
  const own = { model: given.model.path, coder: given.coder.path };
  const coder = await loadCrosscoder(own.coder, { folded: true });
  const vocabulary = await vocabularyOf(own.model);
  const stagewise = stagewiseSettings(preset, { grammar: path === undefined });
  const settings = { ...interactionsSettings(preset), seeds: 1 };
  const corpus = await openCorpus(path, {
    seed,
    n: stagewise.records,
    test: stagewise.heldOut,
    onNote: progress.onNote,
    onProgress: progress.onProgress,
  });
  const data = prepareData(corpus, stagewise, { seed, vocabulary });
  const hash = await ownHash(own), to = join(folder, `own-${hash.slice(0, 8)}`);
  const { onPhase, onLog, onDamaged } = progress;
  const task = { corpus, settings, stagewise, preset, seed, folder, cacheDir };
  return async (gpu) => {
    await tune(gpu, { cacheDir, onDamaged });
    const found = await runOwn(
      gpu,
      { ...task, own: { ...own, hash }, onPhase, onLog, onDamaged },
      data,
    );
    const about = { preset, seed, adapter: gpu.key, corpus: corpusName(corpus) };
    const { d_sae } = coder.config;
    const results = {
      ...about,
      settings,
      notes: data.notes,
      own: { hash, d_sae, ...pinned(given) },
      ...found,
    };
    await guardDisk(to, () => Deno.mkdir(to, { recursive: true }));
    await writeJson(join(to, "results.json"), results);
    // Each of these figures reads its own phase of the results, and those are there.
    const enough = results as unknown as InteractionsResults;
    const drawn = await drawSystem(system, enough, { folder: to, figures: FIGURES });
    return {
      lines: [
        qualityLine(found.quality),
        ...drawn.map(({ title, lines }) => `\n${title}\n${formatLines(lines)}`),
      ],
      files: [join(to, "results.json"), ...drawn.flatMap(({ files }) => files)],
      failures: drawn.flatMap(({ id, error }) => error === undefined ? [] : [`${id}: ${error}`]),
    };
  };
}

/** Which commits of the hub they are, where they come from there. A path is nobody else's business. */
function pinned(given: { model: Local; coder: Local }): Record<string, string> {
  const pins = Object.entries(given).flatMap(([name, { from }]) =>
    from ? [[name, sourceText(from, { revision: from.commit })]] : []
  );
  return Object.fromEntries(pins);
}

function qualityLine({ sequences, L0, FVU }: OwnQuality): string {
  return `crosscoder on this model: L0 ${L0.toFixed(1)}, FVU ${FVU.toFixed(3)} on ${sequences} ` +
    "held-out sequences";
}
