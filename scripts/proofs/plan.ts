/**
 * `replicate --plan` for the compact proofs: counts, and seconds from rates that are measured now.
 * @module
 */
import { availableParallelism } from "node:os";
import type { Card } from "../../lib/gpu/cards.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { bruteForce, type ExhaustiveCount } from "../../lib/proofs/gpu/brute_force.ts";
import type { MaxOfKModel } from "../../lib/proofs/max_of_k.ts";
import { makeProver, proveBound } from "../../lib/proofs/prove.ts";
import { ablate } from "../../lib/proofs/analysis/ablations.ts";
import { countMargins } from "../../lib/proofs/analysis/margins.ts";
import { everyFloat32, measureModel } from "../../lib/proofs/run/measure_model.ts";
import { plainModel } from "../../lib/proofs/analysis/plain_model.ts";
import {
  type DeviceCosts,
  type DeviceSeconds,
  type PlannedFamily,
  planProofs,
  type PredictedFamily,
  predictFamily,
  type ProofCosts,
  SAMPLE_V,
} from "../../lib/proofs/run/plan.ts";
import { measureWorkers } from "../../lib/proofs/run/workers.ts";
import {
  type ProofsPreset,
  type ProofsSettings,
  proofsSettings,
} from "../../lib/proofs/run/presets.ts";
import { sampleAccuracy } from "../../lib/proofs/sampling/sample.ts";
import { SETS } from "../../lib/proofs/run/sampled.ts";
import { familyTitle } from "../../lib/proofs/run/results.ts";
import { plannedProofs } from "../../lib/proofs/run/strategy_list.ts";
import { makeTables } from "../../lib/proofs/tables/folded.ts";
import { parseStrategy } from "../../lib/proofs/strategies.ts";
import type { Growth } from "../../lib/proofs/theorem.ts";
import { stream } from "../../lib/numerics/random.ts";
import { timed, timedThread } from "../bench/measure.ts";
import { timeTraining } from "../bench/proofs.ts";
import { alignRows, duration } from "../plan_text.ts";
import { plannedModel } from "./planned_model.ts";

/**
 * Draws that a rate is taken from, sequences that one enumeration may have, models that train in
 * one program.
 */
const DRAWS = 6400, SEQUENCES = 2 ** 24, TOGETHER = 32;

/** Measures for some ten seconds; lines of text. */
export async function plan(
  gpu: Gpu,
  { preset, card }: { preset: ProofsPreset; card?: Card },
): Promise<string[]> {
  const settings = proofsSettings(preset);
  const { families, threads } = await measureFamilies(gpu, settings);
  const rows = families.map(({ planned, costs }) => ({
    planned,
    predicted: predictFamily(planned, costs, threads),
  }));
  const wall = rows.reduce((sum, { predicted }) => sum + predicted.wall, 0);
  return [
    ...proofsTable(rows),
    `proofs: ${duration(wall)} of wall time, training first, then models on ${threads} threads. ` +
    `Proofs were timed now at ${SAMPLE_V} tokens or fewer and scaled by powers of the number of tokens: ` +
    `subcubic v^2, N4 v^3.5, others v^3. ${onTop(settings)} on top.` +
    (card
      ? ` All on this machine: nearly everything is the CPU's work, which no card shortens.`
      : ""),
  ];
}

/** What is not predicted: how long the proofs of a task take depends on how well it was learned. */
function onTop({ tasks = [], larger = [] }: ProofsSettings): string {
  const models = [...tasks, ...larger].map((family) => `${family.seeds} of ${familyTitle(family)}`);
  return models.length === 0
    ? "Figures come"
    : `Models of other tasks and larger ones (${
      models.join("; ")
    }), with their training, and figures come`;
}

/** What each family is planned to do and what its pieces cost here, on so many threads. */
export async function measureFamilies(gpu: Gpu, settings: ProofsSettings) {
  using pool = measureWorkers();
  // The compiler's work on the provers belongs to no family.
  measureCosts(sample(settings, { K: 4, v: 16 }), { margins: 1 });
  const families: { planned: PlannedFamily; costs: ProofCosts & DeviceCosts }[] = [];
  const sequences = new Map<string, DeviceSeconds>();
  for (const planned of planProofs(settings)) {
    const { K, v, seeds, enumerated, margins } = planned;
    const proofs = measureCosts(sample(settings, { K, v: Math.min(v, SAMPLE_V) }), { margins });
    const places = Math.min(K, Math.floor(Math.log(SEQUENCES) / Math.log(v)));
    const size = `${v}^${places}`;
    if (enumerated > 0 && !sequences.has(size)) {
      sequences.set(size, await secondsASequence(gpu, sample(settings, { K: places, v })));
    }
    const models = Math.min(seeds, TOGETHER);
    const config = sample(settings, { K, v }).config;
    const step = perPiece(gpu, await timeTraining(gpu, config, { models, rounds: 1 }), models);
    const sequence = sequences.get(size) ?? { cpu: 0, wall: 0 };
    families.push({ planned, costs: { ...proofs, step, sequence } });
  }
  return { families, threads: pool.threads };
}

/** Rows of text, one a population and one for all. */
export function proofsTable(
  rows: { planned: PlannedFamily; predicted: PredictedFamily }[],
): string[] {
  const sum = (of: (row: typeof rows[number]) => number) =>
    rows.reduce((total, row) => total + of(row), 0);
  const header = [
    "proofs",
    "models",
    "steps",
    "TFLOP",
    "strategies a model",
    "CPU a model",
    "CPU in all",
    "wall",
  ];
  const line = (
    name: string,
    [models, steps, flops]: [number, string, number],
    [strategies, model, all, wall]: [string, string, number, number],
  ) => [
    name,
    String(models),
    steps,
    (flops / 1e12).toPrecision(4),
    strategies,
    model,
    duration(all),
    duration(wall),
  ];
  return alignRows([
    header,
    ...rows.map(({ planned: { name, seeds, steps, flops, strategies }, predicted }) =>
      line(name, [seeds, String(steps), flops], [
        String(strategies),
        duration(predicted.model),
        predicted.all,
        predicted.wall,
      ])
    ),
    line("together", [sum((row) => row.planned.seeds), "", sum((row) => row.planned.flops)], [
      "",
      "",
      sum((row) => row.predicted.all),
      sum((row) => row.predicted.wall),
    ]),
  ]);
}

function sample({ d_model, d_head }: ProofsSettings, { K, v }: { K: number; v: number }) {
  return plannedModel({ d_vocab: v, d_model, d_head, n_ctx: K });
}

/** One model with every strategy; those of steeper growth once more by themselves. */
function measureCosts(model: MaxOfKModel, { margins }: { margins: number }): ProofCosts {
  const { d_vocab: v, n_ctx: K } = model.config;
  const seconds = (run: () => unknown, rounds = 1) => timedThread(run, { rounds }).cpu;
  const nothing = { draws: { "sampled": 1, "sampled/N5": 1 }, ablations: 1, margins: false };
  const all = seconds(() => measureModel({ ...nothing, model, seed: 0, name: "plan" }));
  const tables = seconds(() => makeProver(model));
  const prover = makeProver(model), plain = plainModel(prover.tables);
  const inEvery = everyFloat32(prover);
  const prove = (growth: Growth) =>
    seconds(() => {
      for (const { strategy, everyFloat32: more, ...options } of plannedProofs(K)) {
        if (parseStrategy(strategy).theorem.growth !== growth) continue;
        const provers = more ? [prover, ...Object.values(inEvery)] : [prover];
        for (const one of provers) proveBound(one, strategy, options);
      }
    });
  const fromSets = (draws: number) =>
    seconds(() => sampleAccuracy(prover, "sampled/N5", { draws, ...SETS }), 2);
  const sets = fromSets(1), [steepest, steep] = [prove(3.5), prove(3) + sets];
  const random = stream(0, "plan");
  return {
    v,
    tables,
    // The audit of the published strategies is in the rest.
    proofs: { 3.5: steepest, 3: steep, 2: Math.max(0, all - tables - steepest - steep) },
    draw: {
      "sampled": seconds(() => sampleAccuracy(prover, "sampled", { draws: DRAWS }), 5) / DRAWS,
      "sampled/N5": Math.max(0, fromSets(DRAWS) - sets) / DRAWS,
    },
    ablation: seconds(() => ablate(prover.tables, DRAWS / 4, random), 5) / (DRAWS / 4),
    margin: margins === 0 ? 0 : seconds(() => countMargins(model, plain), 2) / v ** K,
  };
}

async function secondsASequence(gpu: Gpu, model: MaxOfKModel): Promise<DeviceSeconds> {
  const tables = makeTables(model);
  let last: Promise<ExhaustiveCount>;
  const times = await timed(() => last = bruteForce(gpu, tables), () => last, { rounds: 1 });
  return perPiece(gpu, times, tables.v ** tables.K);
}

/** A CPU adapter's wall time on a quiet machine is its CPU time spread over the cores. */
function perPiece(
  { isCpu }: Gpu,
  { wall, cpu }: { wall: number; cpu: number },
  pieces: number,
): DeviceSeconds {
  return { cpu: cpu * availableParallelism() / pieces, wall: (isCpu ? cpu : wall) / pieces };
}
