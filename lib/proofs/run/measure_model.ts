/**
 * Everything that is measured on one model without a GPU. Runs in a worker: plain data in and out.
 * @module
 */
import { stream } from "../../numerics/random.ts";
import type { PlannedProof } from "../theorem.ts";
import { plainFactors, scoreSvd } from "../tables/directions.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import type { Method } from "../checker/statement.ts";
import { EVALUATIONS } from "../evaluation/classes.ts";
import { widen } from "../evaluation/widen.ts";
import {
  makeProver,
  type ProofOptions,
  proveBound,
  type Prover,
  searchStrategy,
  verifyStrategy,
} from "../prove.ts";
import { auditOf } from "../published/theorem.ts";
import { parseStrategy } from "../strategies.ts";
import { bruteForceFlops } from "../theorems/brute_force.ts";
import { ablate } from "../analysis/ablations.ts";
import { repairsOf } from "../analysis/repairs.ts";
import { countMargins } from "../analysis/margins.ts";
import { plainModel } from "../analysis/plain_model.ts";
import type { ModelResult, ProofRow } from "./results.ts";
import { sampledRows } from "./sampled.ts";
import { plannedProofs } from "./strategy_list.ts";

/** What to measure; `name` names the streams of chance. */
export type MeasureTask = {
  model: MaxOfKModel;
  seed: number;
  name: string;
  draws: Record<Method, number>;
  ablations: number;
  margins: boolean;
};

/** What is measured of one model. */
export type Measured = Omit<ModelResult, "id" | "K" | "v" | "seed" | "loss" | "accuracy"> & {
  /** What running every sequence would cost. */
  bruteForceFlops: number;
};

const REPAIRED = ["exact_EQKE+max_diff_exact", "max_diff_subproduct"] as const;

/** Runs all planned strategies, estimates and ablations. */
export function measureModel(task: MeasureTask): Measured {
  const { model, seed, name } = task;
  const prover = makeProver(model);
  const chance = (use: string) => stream(seed, `${use} ${name}`);
  const planned = plannedProofs(model.config.n_ctx);
  const inEvery = everyFloat32(prover);
  return {
    rows: planned.map((proof) => proofRow(prover, proof, inEvery)),
    repairs: REPAIRED.map((attention) => repairsOf(prover, attention)),
    singular: [...scoreSvd(plainFactors(model)).S].slice(0, 8),
    bruteForceFlops: bruteForceFlops(prover.tables),
    sampled: sampledRows(prover, task.draws),
    ablations: {
      draws: task.ablations,
      right: ablate(prover.tables, task.ablations, chance("ablations")),
    },
    margins: task.margins ? countMargins(model, plainModel(prover.tables)) : null,
  };
}

/** The prover for each class of float32 evaluations that has a name. */
export function everyFloat32({ tables, ...rest }: Prover): Record<string, Prover> {
  return Object.fromEntries(
    Object.values(EVALUATIONS).map((errors) => [
      errors.name,
      { ...rest, tables: widen(tables, errors) },
    ]),
  );
}

/** What one planned proof comes to. */
export function proofRow(
  prover: Prover,
  { strategy, everyFloat32, ...grid }: PlannedProof,
  inEvery: Record<string, Prover>,
): ProofRow {
  const hints = searchStrategy(prover, strategy, grid);
  const result = verifyStrategy(prover, strategy, { hints, ...grid });
  const audit = auditOf(prover, parseStrategy(strategy), hints.found);
  return {
    strategy,
    ...grid,
    certified: `${result.certified}`,
    bound: result.bound,
    ...(result.atMost === undefined
      ? {}
      : { atMost: Number(result.atMost) / Number(result.sequences) }),
    flops: result.flops,
    unexplained: result.unexplainedDimension,
    ...(everyFloat32 ? { everyFloat32: countsOf(inEvery, strategy, grid) } : {}),
    ...(audit ? { audit } : {}),
  };
}

function countsOf(
  provers: Record<string, Prover>,
  strategy: string,
  grid: ProofOptions,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(provers).map(([name, prover]) => [
      name,
      `${proveBound(prover, strategy, grid).certified}`,
    ]),
  );
}
