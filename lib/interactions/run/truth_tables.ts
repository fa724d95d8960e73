/**
 * Ground truth on disk: one safetensors file a sample of a dictionary, with what was measured at
 * every instance, so that texts can be drawn again.
 * @module
 */
import { join } from "node:path";
import { writeWhole } from "../../io/files.ts";
import { encodeSafetensors, readSafetensors } from "../../io/safetensors.ts";
import type { PairInstances, PairList } from "../pairs/instances.ts";
import type { Measures } from "../truth/truth.ts";
import type { CoderName } from "./names.ts";

/**
 * What is measured on a dictionary: `whole`, the large sample with zero ablation; `mean`, zero and
 * mean ablation beside one another; `later`, the token alone and with all later ones; `stream`,
 * ablation in the residual stream and at every input.
 */
export const SAMPLES = ["whole", "mean", "later", "stream"] as const;
/** A sample of instances whose truth is measured. */
export type SampleName = typeof SAMPLES[number];

/** Which sample of which dictionary; `number` counts the seeds of one kind. */
export type TruthOf = { coder: CoderName; number: number; sample: SampleName };

/**
 * A sample as it lies on disk. By instance: `pair` its number in `pairs`, `document` the number of
 * its sequence in the held-out text, `position` its place there. `measures` of a mode, [instances]
 * each.
 */
export type TruthTable = {
  pairs: PairList;
  pair: Uint32Array;
  document: Uint32Array;
  position: Uint32Array;
  measures(mode: string): Measures;
};

const fileOf = ({ coder, number, sample }: TruthOf) => `${coder}-${number}-${sample}.safetensors`;

/** Writes <coder>-<number>-<sample>.safetensors: i, j, pair, document, position, <mode>.<measure>. */
export async function writeTruthTable(
  folder: string,
  of: TruthOf,
  { instances, pos, measured }: {
    instances: PairInstances;
    pos: number;
    measured: Record<string, Measures>;
  },
): Promise<void> {
  const column = (values: ArrayLike<number>) => ({
    shape: [values.length],
    data: Float32Array.from(values),
  });
  const { pairs, pair, token } = instances;
  const values = Object.entries(measured).flatMap(([mode, measures]) =>
    Object.entries<Float32Array>(measures).map(([name, of]) =>
      [`${mode}.${name}`, column(of)] as const
    )
  );
  const arrays = {
    i: column(pairs.i),
    j: column(pairs.j),
    pair: column(pair),
    document: column(token.map((t) => Math.floor(t / pos))),
    position: column(token.map((t) => t % pos)),
    ...Object.fromEntries(values),
  };
  const metadata = { format: "crosslab", d_sae: `${pairs.d_sae}` };
  await writeWhole(join(folder, fileOf(of)), encodeSafetensors(arrays, metadata));
}

/**
 * Reads a sample from the folder of the phase `truth`. Throws where it is not there, and where a
 * mode is asked for that it does not hold.
 */
export async function readTruthTable(folder: string, of: TruthOf): Promise<TruthTable> {
  const { tensors, metadata } = await readSafetensors(join(folder, fileOf(of)));
  const whole = (name: string) => Uint32Array.from(tensors.get(name)!.data);
  return {
    pairs: { d_sae: Number(metadata.d_sae), i: whole("i"), j: whole("j") },
    pair: whole("pair"),
    document: whole("document"),
    position: whole("position"),
    measures(mode) {
      const own = [...tensors].filter(([name]) => name.startsWith(`${mode}.`))
        .map(([name, { data }]) => [name.slice(mode.length + 1), data] as const);
      if (own.length > 0) return Object.fromEntries(own) as Measures;
      throw new RangeError(
        `Cannot read ground truth of ${of.coder}: expected the mode ${mode} in ${fileOf(of)} but ` +
          "found none: see the modes in the phase's result",
      );
    },
  };
}
