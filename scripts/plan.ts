/** `replicate --plan`: what each stage would cost on this adapter, and on an assumed one. @module */
import { type PlannedStage, planStagewise, predictSeconds, type Rates } from "../lib/diff/plan.ts";
import { stagewiseSettings } from "../lib/diff/presets.ts";
import type { Gpu } from "../lib/gpu/gpu.ts";
import { openGpu } from "../lib/gpu/open.ts";
import { secondsOf } from "../lib/gpu/rates.ts";
import { copyInto } from "../lib/tensor/ops/elementwise.ts";
import { product } from "../lib/tensor/ops/matmul/product.ts";
import { empty, zeros } from "../lib/tensor/tensor.ts";
import { printProofsPlan } from "./proofs/plan.ts";
import { alignRows, duration } from "./plan_text.ts";
import { print } from "./terminal.ts";
import type { RunOptions } from "./systems.ts";

/** Prints the plan of every system; measures this adapter first. */
export async function printPlan(
  systems: string[],
  { preset, corpus, assumeTflops }: RunOptions & { assumeTflops?: number },
): Promise<void> {
  const assumed = assumeTflops === undefined ? undefined : assumeTflops * 1e12;
  using gpu = await openGpu();
  if (systems.includes("stagewise")) await printStagewise(gpu, { preset, corpus, assumed });
  if (systems.includes("proofs")) await printProofsPlan(gpu, preset);
}

async function printStagewise(
  gpu: Gpu,
  { preset, corpus, assumed }: Pick<RunOptions, "preset" | "corpus"> & { assumed?: number },
): Promise<void> {
  const rates = await measureRates(gpu);
  print(
    `${gpu.key}: products ${(rates.flops / 1e9).toFixed(1)} GFLOP/s, kernels ` +
      `${(rates.bytes / 1e9).toFixed(1)} GB/s, ${
        (rates.launches / 1000).toFixed(0)
      } thousand launches/s (measured now)`,
  );
  const stages = planStagewise(stagewiseSettings(preset, { grammar: corpus === undefined }));
  for (const line of planTable(stages, { rates, assumed })) print(line);
  print(
    "Time here: arithmetic, memory and launches added up. " +
      (assumed
        ? `Assumed: ${assumed / 1e12} TFLOP/s reached in products, nothing else counted. `
        : "") +
      "Text preparation, evaluation and figures come on top.",
  );
}

/** Rows of text, one a stage and one for the whole. */
export function planTable(
  stages: PlannedStage[],
  { rates, assumed }: { rates: Rates; assumed?: number },
): string[] {
  const total = stages.reduce((sum, stage) => ({
    name: "together",
    steps: sum.steps + stage.steps,
    flops: sum.flops + stage.flops,
    bytes: sum.bytes + stage.bytes,
    memory: Math.max(sum.memory, stage.memory),
    launches: sum.launches + stage.launches,
  }));
  const header = [
    "stage",
    "steps",
    "TFLOP",
    "GB moved",
    "GPU MB",
    "time here",
    ...(assumed ? ["assumed"] : []),
  ];
  const rows = [...stages, total].map((stage) => [
    stage.name,
    String(stage.steps),
    (stage.flops / 1e12).toPrecision(4),
    (stage.bytes / 1e9).toFixed(0),
    (stage.memory / 1e6).toFixed(0),
    duration(predictSeconds(stage, rates)),
    ...(assumed ? [duration(stage.flops / assumed)] : []),
  ]);
  return alignRows([header, ...rows]);
}

/** Products at the crosscoder's shapes, an elementwise kernel, empty-handed launches. */
async function measureRates(gpu: Gpu): Promise<Rates> {
  const [m, n, k] = [256, 1024, 1024];
  const a = zeros(gpu, [m, k]), b = zeros(gpu, [k, n]), c = empty(gpu, [m, n]);
  const forms = await secondsOf(gpu, () => {
    product("NN", { a, b, c });
    product("NT", { a, b, c });
  });
  const x = zeros(gpu, [2048, 1024]), y = empty(gpu, [2048, 1024]);
  const copy = await secondsOf(gpu, () => copyInto(y, x));
  const tiny = zeros(gpu, [4]), other = empty(gpu, [4]);
  const launches = await secondsOf(gpu, () => {
    for (let i = 0; i < 200; i++) copyInto(other, tiny);
  });
  return { flops: 4 * m * n * k / forms, bytes: 2 * 4 * x.size / copy, launches: 200 / launches };
}
