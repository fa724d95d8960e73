/** The compact proofs in tasks: `replicate proofs --engine`. @module */
import type { ProofsTask } from "../../lib/proofs/run/pipeline.ts";
import { predictFamily } from "../../lib/proofs/run/plan.ts";
import { proofsSettings } from "../../lib/proofs/run/presets.ts";
import { proofsPieces, runProofsPiece } from "../../lib/proofs/run/pieces.ts";
import type { Progress } from "../progress.ts";
import type { RunOptions, SystemTasks } from "../system.ts";
import { measureFamilies } from "./plan.ts";

/** What a run is told. */
export function taskOf(
  { preset, seed, folder, cacheDir, cores, progress }: RunOptions & { progress: Progress },
): ProofsTask {
  const { onPhase, onLog, onDamaged } = progress;
  const settings = proofsSettings(preset);
  return { settings, preset, seed, folder, cacheDir, cores, onPhase, onLog, onDamaged };
}

export const tasks: SystemTasks = {
  list({ preset }) {
    const all = proofsPieces(proofsSettings(preset));
    return Promise.resolve(all.map(({ name, needs }) => ({ name, needs })));
  },
  prepare: (name, options) => Promise.resolve((gpu) => runProofsPiece(gpu, name, taskOf(options))),
  async seconds(gpu, { preset }) {
    const settings = proofsSettings(preset);
    const { families, threads } = await measureFamilies(gpu, settings);
    const predicted = proofsPieces(settings).filter(({ family }) =>
      family.task === undefined && family.d_model === undefined
    );
    return new Map(predicted.map(({ name, family, from, to, measured }) => {
      const { planned, costs } = families[settings.families.indexOf(family)];
      const seeds = to - from, margins = Math.min(seeds, Math.max(0, planned.margins - from));
      const training = seeds * planned.steps * costs.step.wall;
      const { wall } = predictFamily({ ...planned, seeds, margins }, costs, threads);
      const seconds = measured ? wall - training : training;
      return [name, { low: seconds, high: seconds }];
    }));
  },
};
