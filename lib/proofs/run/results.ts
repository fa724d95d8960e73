/**
 * What a run of the compact proofs leaves on disk, and how it is read.
 *
 *   <run>/proofs/models/K4-seed0/   model.safetensors and config.json; K10-v128-seed0 where v is not 64
 *   <run>/proofs/results.json       everything measured, no wall-clock
 *
 * @module
 */
import { join } from "node:path";
import { readJson } from "../../io/files.ts";
import { expectForm } from "../../io/form.ts";
import { escaped } from "../../io/show.ts";
import { loadMaxOfK, type MaxOfKModel } from "../max_of_k.ts";
import type { Margins } from "../analysis/margins.ts";
import type { Repairs } from "../analysis/repairs.ts";
import type { Audit } from "../published/audit.ts";
import { parseStrategy } from "../strategies.ts";
import {
  checkCounts,
  checkFamilies,
  checkLarger,
  checkTasks,
  MODEL_ID,
  type Refuse,
  RESULTS,
} from "./forms.ts";
import type { Family, LargerFamily, ProofsSettings, TaskFamily } from "./presets.ts";
import type { SampledRow } from "./sampled.ts";

/** One strategy on one model. Counts are decimal strings: v^K may exceed 2^53. */
export type ProofRow = {
  strategy: string;
  /** Grid steps and largest gap, where the theorem has them. */
  G?: number;
  gMax?: number;
  certified?: string;
  /**
   * certified / v^K, for brute force the accuracy, estimated where v^K is too large; for
   * `published/...` what the published code would claim.
   */
  bound: number;
  /** Upper end of the accuracy, from N4 and N4-partition. */
  atMost?: number;
  flops: number;
  unexplained: number;
  /** Certified for every float32 evaluation of a class, by the name of the class. */
  everyFloat32?: Record<string, string>;
  /** Published strategies only. */
  audit?: Audit;
};

/** What was found of one model. */
/** An accuracy: enumerated, or estimated by draws from N5's sets with a standard error. */
export type Accuracy = {
  value: number;
  standardError: number;
  /**
   * v^K sequences enumerated: how many are right, and how many float32 left to exact arithmetic.
   */
  right?: number;
  undecided?: number;
};

/** What was found of one model. */
export type ModelResult = {
  id: string;
  K: number;
  v: number;
  seed: number;
  /** Mean training loss over the batch of the last step. */
  loss: number;
  accuracy: Accuracy;
  /** What draws say, by each method. */
  sampled: SampledRow[];
  /** Singular values of EQKE, largest first (the first eight). */
  singular: number[];
  rows: ProofRow[];
  repairs: Repairs[];
  /** Right sequences of `draws` with the tables of each bit of the index zeroed (ABLATED). */
  ablations: { draws: number; right: number[] };
  margins: Margins | null;
};

/** A model that is asked for another token than the largest: every sequence decided, a few proofs. */
export type TaskResult =
  & Pick<ModelResult, "id" | "K" | "v" | "seed" | "loss" | "rows">
  & { task: string; right: number };

/** A proof as its certificate claims it, and the characters of the certificate. */
export type CertifiedRow = ProofRow & { bytes: number };

/** A model larger than the published ones: its certificates, its accuracy by draws. */
export type LargerResult =
  & Pick<ModelResult, "id" | "K" | "v" | "seed" | "loss" | "accuracy">
  & { d_model: number; rows: CertifiedRow[] };

/** All that a run of proofs found. */
export type ProofsResults = {
  preset: string;
  seed: number;
  adapter: string;
  settings: ProofsSettings;
  models: ModelResult[];
  /** Of settings.tasks. */
  tasks?: TaskResult[];
  /** Of settings.larger. */
  larger?: LargerResult[];
};

/** Results with the folder they came from. */
export type ProofsRun = ProofsResults & { folder: string };

/**
 * Reads <run>/proofs/results.json. Throws where a number is missing, none or out of range, and
 * where models, counts and bounds do not fit the settings and one another.
 */
export async function readProofs(folder: string): Promise<ProofsRun> {
  const path = join(folder, "proofs", "results.json");
  const todo = "run replicate proofs again";
  const refuse: Refuse = (expected, found) => {
    throw new RangeError(
      `Cannot read ${escaped(path)}: expected ${expected} but found ${found}: ${todo}`,
    );
  };
  const results: ProofsResults = expectForm(
    `read ${escaped(path)}`,
    await readJson(path),
    RESULTS,
    todo,
  );
  checkFamilies(results, refuse);
  for (const model of results.models) checkCounts(model, refuse);
  checkTasks(results, refuse);
  checkLarger(results, refuse);
  return { ...results, folder };
}

/** One of the run's models. */
export async function readProofsModel(folder: string, id: string): Promise<MaxOfKModel> {
  expectForm(`read a model of ${escaped(folder)}`, id, MODEL_ID, "take an id of its results");
  return await loadMaxOfK(join(folder, "proofs", "models", id, "model.safetensors"));
}

/** The model that a result speaks of. Throws where the file has other sizes. */
export async function readResultModel(
  folder: string,
  { id, K, v }: Pick<ModelResult, "id" | "K" | "v">,
): Promise<MaxOfKModel> {
  const model = await readProofsModel(folder, id);
  const { n_ctx, d_vocab } = model.config;
  if (n_ctx === K && d_vocab === v) return model;
  throw new TypeError(
    `Cannot open model ${id} of ${escaped(folder)}: expected K = ${K}, v = ${v} as in its ` +
      `results.json but found K = ${n_ctx}, v = ${d_vocab}: run replicate proofs again`,
  );
}

/** What a family is named by. */
export type NamedFamily = Pick<Family, "K" | "v"> & { task?: string; d_model?: number };

/** K4-seed0, K10-v128-seed0 where v is not the usual 64, second-K4-seed0 of another task. */
export function modelId(family: NamedFamily, seed: number): string {
  return `${familyId(family)}-seed${seed}`;
}

/** K4, K10-v128, second-K4, or K4-d128. */
export function familyId({ K, v, task, d_model }: NamedFamily): string {
  const width = d_model === undefined ? "" : `-d${d_model}`;
  return `${task === undefined ? "" : `${task}-`}K${K}${v === 64 ? "" : `-v${v}`}${width}`;
}

/** K = 4, K = 10, v = 128, second, K = 4, or K = 4, d_model 128. */
export function familyTitle({ K, v, task, d_model }: NamedFamily): string {
  const width = d_model === undefined ? "" : `, d_model ${d_model}`;
  return `${task === undefined ? "" : `${task}, `}K = ${K}${v === 64 ? "" : `, v = ${v}`}${width}`;
}

/** The models of a run by family, in the order of the settings. */
export function byFamily(run: ProofsResults): { family: Family; models: ModelResult[] }[] {
  return run.settings.families.map((family) => ({
    family,
    models: run.models.filter(({ K, v }) => K === family.K && v === family.v),
  }));
}

/** The models of other tasks by family, in the order of the settings. */
export function byTaskFamily(
  run: ProofsResults,
): { family: TaskFamily; models: TaskResult[] }[] {
  return (run.settings.tasks ?? []).map((family) => ({
    family,
    models: (run.tasks ?? []).filter((one) =>
      one.task === family.task && one.K === family.K && one.v === family.v
    ),
  }));
}

/** The larger models by family, in the order of the settings. */
export function byLargerFamily(
  run: ProofsResults,
): { family: LargerFamily; models: LargerResult[] }[] {
  return (run.settings.larger ?? []).map((family) => ({
    family,
    models: (run.larger ?? []).filter(({ K, v, d_model }) =>
      K === family.K && v === family.v && d_model === family.d_model
    ),
  }));
}

/** "published", "sound", "N6", "N5-variant", or the theorem's own name. */
export function kindOf({ strategy }: Pick<ProofRow, "strategy">): string {
  return parseStrategy(strategy).kind;
}

/** The group of the published figures for subcubic strategies, else the theorem's name. */
export function groupOf({ strategy }: Pick<ProofRow, "strategy">): string {
  return parseStrategy(strategy).group;
}

/**
 * Whether a proof is by a theorem that is new here, N6 not counted: that is a sharper form of the
 * paper's.
 */
export function isOurs({ strategy }: Pick<ProofRow, "strategy">): boolean {
  return parseStrategy(strategy).theorem.source === "ours";
}
