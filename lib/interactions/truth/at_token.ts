/** Four-point truth at the ablated token alone: every variant is one row of a kept run. @module */
import { makeHooks } from "../../model/hooks.ts";
import { type KeptRows, type KeptRun, rowsOf } from "../../model/kept_rows.ts";
import { type LanguageModel, residual, unembed } from "../../model/language_model.ts";
import { readTensors } from "../../tensor/read.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { fourPointLogits, fourPointNorms, type FourPoints, uploadPoints } from "./four_points.ts";
import { editsOf, type PreparedMode } from "./modes.ts";
import { uploadRemoval } from "./remove_latents.ts";
import type { Measures } from "./truth.ts";
import type { Variants } from "./variants.ts";

/** What one chunk of instances is measured in; tokens of `variants` count from the run's first. */
export type ChunkWork = {
  model: LanguageModel;
  run: KeptRun;
  modes: readonly PreparedMode[];
  variants(ablation: "zero" | "mean"): Variants;
};

/** The truth of one chunk, by mode. */
export async function truthAtToken(work: ChunkWork): Promise<Measures[]> {
  const { model, run, modes, variants } = work;
  const { clean, token, at } = variants("zero");
  const targets = Uint32Array.from(
    { length: at.length / 4 },
    (_, n) => nextToken(run, clean[at[4 * n]]),
  );
  using owned = new DisposableStack();
  const cleanRows = owned.use(rowsAt(run, clean)), rows = owned.use(rowsAt(run, token));
  const outputs = [...new Set(modes.flatMap(({ output }) => output ?? []))];
  const before = owned.use(passOf(model, { rows: cleanRows, wanted: outputs }));
  const points = (clean: Tensor, rows: Tensor): FourPoints => {
    const given = uploadPoints({ clean, rows }, { at, targets });
    owned.use(given.at);
    owned.use(given.targets);
    return given;
  };
  const measured = modes.map((mode) => {
    const { latents, amounts } = variants(mode.ablation);
    using removal = uploadRemoval(model.gpu, latents, amounts);
    const wanted = mode.output ? [mode.output] : [];
    using after = passOf(model, { rows, wanted, from: mode.from, edits: editsOf(mode, removal) });
    const results = [
      fourPointNorms(points(before.resid, after.resid)),
      fourPointLogits(points(before.logits, after.logits)),
    ];
    for (const hook of wanted) {
      results.push(fourPointNorms(points(before.cache.get(hook)!, after.cache.get(hook)!)));
    }
    return results.map((tensor) => owned.use(tensor));
  });
  const read = await readTensors(measured.flat());
  return measured.map(({ length }) => measuresOf(read.splice(0, length)));
}

/** The token behind a place of a run. */
export function nextToken({ sequences, pos }: KeptRun, place: number): number {
  return sequences[Math.floor(place / pos)][place % pos + 1];
}

function rowsAt(run: KeptRun, places: Uint32Array): KeptRows {
  const { pos } = run;
  return rowsOf(run, {
    sequences: places.map((place) => Math.floor(place / pos)),
    positions: places.map((place) => place % pos),
  });
}

function passOf(
  model: LanguageModel,
  { rows, from, wanted, edits }: {
    rows: KeptRows;
    from?: number;
    wanted: string[];
    edits?: ReturnType<typeof editsOf>;
  },
) {
  const hooks = makeHooks(model, { wanted, edits });
  using owned = new DisposableStack();
  const resid = owned.use(residual(model, rows.ids, { rows, from, hooks }));
  for (const tensor of hooks.cache.values()) owned.use(tensor);
  const logits = owned.use(unembed(model, resid));
  const kept = owned.move();
  return { resid, logits, cache: hooks.cache, [Symbol.dispose]: () => kept.dispose() };
}

/** The columns of what the kernels leave: [instances, 4] each. */
export function measuresOf([stream, logits, layer]: Float32Array[]): Measures {
  const column = (values: Float32Array, c: number) =>
    Float32Array.from({ length: values.length / 4 }, (_, n) => values[4 * n + c]);
  return {
    ...(layer && { GT1: column(layer, 0) }),
    GT2: column(stream, 0),
    single_i: column(stream, 1),
    single_j: column(stream, 2),
    dlogits: column(logits, 0),
    KL: column(logits, 1),
    dloss: column(logits, 2),
  };
}
