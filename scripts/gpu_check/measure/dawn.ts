/** The same work on Deno's WebGPU and on Dawn, with and without its checks in shaders. @module */
import { dawn } from "../../../lib/gpu/dawn.ts";
import type { Gpu } from "../../../lib/gpu/gpu.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { possibleVariants } from "../../../lib/tensor/ops/matmul/plan.ts";
import { measureCeiling, measureCopy } from "../../bench/limits.ts";
import { messageOf } from "../../terminal.ts";
import { ANSWERS, OPENED, type Row } from "../results.ts";
import { SHORTEST_FIRST } from "./dispatches.ts";
import { OVERHEADS } from "./overheads.ts";
import { hopeless, productSeconds, SHAPES } from "./products.ts";
import { clockName, runSeconds, secondsIn } from "./timing.ts";

const UNCHECKED = ["disable_robustness", "disable_workgroup_init"] as const;

/** Each by its name; Deno's comes first, the others are compared with it. */
const IMPLEMENTATIONS: readonly [string, () => Promise<GPU>][] = [
  ["Deno", () => Promise.resolve(navigator.gpu)],
  ["Dawn", () => dawn()],
  ["Dawn without checks", () => dawn({ toggles: UNCHECKED })],
];

/** What each is opened as, then work by work, so that there is something to compare early. */
export async function* dawnRows(): AsyncGenerator<Row> {
  const gpus = new Map<string, Gpu>();
  for (const [name, load] of IMPLEMENTATIONS) {
    try {
      const gpu = await openGpu({ gpu: await load() });
      gpus.set(name, gpu);
      yield { group: OPENED, name, text: ANSWERS, note: gpu.key };
    } catch (error) {
      yield { group: OPENED, name, text: messageOf(error) };
    }
  }
  if (gpus.size === 0) return;
  yield { name: "times by", text: clockName([...gpus.values()][0]) };
  for (const work of works([...gpus.values()][0])) {
    let denos: number | undefined;
    for (const [name, gpu] of gpus) {
      const seconds = await work.seconds(gpu);
      denos ??= seconds;
      const note = `${(denos / seconds).toFixed(2)} times as fast`;
      yield { group: work.name, name, measured: seconds, unit: "s", note };
    }
  }
}

/** A piece of work and what one run of it takes. */
type Work = { name: string; seconds: (gpu: Gpu) => Promise<number> };

function works(gpu: Gpu): Work[] {
  const products = possibleVariants(gpu).flatMap((variant) =>
    SHAPES.filter((shape) => !gpu.isCpu || !hopeless(variant, shape)).map((shape) => ({
      name: `${shape.form} ${shape.m} x ${shape.k} x ${shape.n}, ${variant}`,
      seconds: (on: Gpu) => productSeconds(on, { shape, variant }),
    }))
  );
  return [
    {
      name: "multiply and add, no memory",
      seconds: async (on) => secondsIn(on, await measureCeiling(on)),
    },
    {
      name: "copyBufferToBuffer, 64 MB",
      seconds: async (on) => secondsIn(on, await measureCopy(on)),
    },
    ...OVERHEADS,
    ...SHORTEST_FIRST.map(({ name, make }) => ({
      name,
      seconds: async (on: Gpu) => {
        using step = make(on);
        return await runSeconds(step.program);
      },
    })),
    ...products,
  ];
}
