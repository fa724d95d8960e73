/**
 * Populations of proofs in pieces for several processes: models that train in one program, then some
 * of them measured at a time.
 * @module
 */
import type { Gpu } from "../../gpu/gpu.ts";
import { checkSettings } from "./forms.ts";
import { measureLarger } from "./measure_larger.ts";
import { measureTasks } from "./measure_tasks.ts";
import { measureAll, type ProofsTask } from "./pipeline.ts";
import type { ProofsSettings } from "./presets.ts";
import { familyId } from "./results.ts";
import { type AskedFamily, TOGETHER, trainTogether } from "./train_models.ts";

/** Models that one piece measures: as many as a process has threads for. */
const MEASURED = 8;

/**
 * One piece: models `from` to `to` of a family are measured, or all of a program trained, whose first
 * one is `first`.
 */
export type ProofsPiece = {
  name: string;
  needs: string[];
  family: AskedFamily;
  first: number;
  from: number;
  to: number;
  measured: boolean;
};

/** All pieces of a run, each after the one that it needs. */
export function proofsPieces(
  { families, tasks = [], larger = [] }: Pick<ProofsSettings, "families" | "tasks" | "larger">,
): ProofsPiece[] {
  const all: AskedFamily[] = [...families, ...tasks, ...larger];
  return all.flatMap((family) =>
    parts(0, family.seeds, TOGETHER).flatMap(({ from: first, to: end }): ProofsPiece[] => {
      const train = `train-${familyId(family)}-${first}`;
      return [
        { name: train, needs: [], family, first, from: first, to: end, measured: false },
        ...parts(first, end, MEASURED).map(({ from, to }) => ({
          name: `prove-${familyId(family)}-${from}`,
          needs: [train],
          ...{ family, first, from, to },
          measured: true,
        })),
      ];
    })
  );
}

/** Makes one piece, and what it needs as far as that is missing. Throws for a name that is none. */
export async function runProofsPiece(gpu: Gpu, name: string, task: ProofsTask): Promise<void> {
  checkSettings(task.settings);
  const piece = proofsPieces(task.settings).find((piece) => piece.name === name);
  if (piece === undefined) {
    throw new RangeError(
      `Cannot run a task: expected one of the proofs but found ${
        JSON.stringify(name)
      }: list them with --plan`,
    );
  }
  const { family, first, from, to, measured } = piece;
  const trained = await trainTogether(gpu, family, { task, first });
  if (!measured) return;
  const some = trained.slice(from - first, to - first);
  if (family.d_model !== undefined) await measureLarger(some, task);
  else if (family.task === undefined) await measureAll(gpu, some, task);
  else await measureTasks(some, task);
}

function parts(start: number, end: number, size: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil((end - start) / size) }, (_, i) => ({
    from: start + i * size,
    to: Math.min(end, start + (i + 1) * size),
  }));
}
