/**
 * Models that are asked for another token than the largest: every sequence decided, and the proofs
 * that hold for their task. Runs in a worker: plain data in and out.
 * @module
 */
import { certify } from "../certify.ts";
import type { MaxOfKModel } from "../max_of_k.ts";
import { makeProver } from "../prove.ts";
import { THEOREMS } from "../theorems/mod.ts";
import { everyFloat32, proofRow } from "./measure_model.ts";
import type { ProofRow } from "./results.ts";

/** A model and what it is asked for. */
export type TaskMeasureTask = { model: MaxOfKModel; task: string };

/** How many of the v^K sequences are right, by the checker's enumeration, and what the proofs say. */
export type TaskMeasured = { right: number; rows: ProofRow[] };

/** Runs everything that is planned for models of a task. */
export function measureTaskModel({ model, task }: TaskMeasureTask): TaskMeasured {
  const prover = makeProver(model, { task });
  const inEvery = everyFloat32(prover);
  const { certified } = certify(prover, "brute-force").result;
  const planned = THEOREMS.flatMap(({ forTasks }) => forTasks?.planned ?? []);
  return {
    right: Number(certified),
    rows: planned.map((proof) => proofRow(prover, proof, inEvery)),
  };
}
