/** How each matrix at the residual stream differs between two models, in the stream's dimensions. @module */
import type { HostArray } from "../../io/host_array.ts";
import { hookNames } from "../../model/hooks.ts";
import type { BlockNames, ModelNames, NormNames } from "../../model/architecture.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { foldInto } from "../../model/processing/rows.ts";
import { readTensors } from "../../tensor/read.ts";
import type { ModelPair } from "./method.ts";

/**
 * `rows` [n, d_model] in float64: what the other model's matrix has that the base's has not, each row
 * a vector of the stream at `hook`. `bytes`: both matrices, read once.
 */
export type Change = {
  name: string;
  hook: string;
  rows: { rows: number; cols: number; data: Float64Array };
  bytes: number;
};

/** Throws on an architecture whose matrices have no names. Matrices that are the same are left out. */
export async function changedMatrices(
  action: string,
  { base, other }: ModelPair,
  end: "write" | "read",
): Promise<Change[]> {
  const names = base.architecture.names?.(base.config);
  if (names === undefined) {
    throw new RangeError(
      `Cannot ${action}: expected an architecture whose matrices are known by name but found ` +
        `${base.architecture.name}: take a method that looks at activations`,
    );
  }
  const changes: Change[] = [];
  for (const matrix of (end === "write" ? writers : readers)(names, base)) {
    const [before, after] = [await streamRows(base, matrix), await streamRows(other, matrix)];
    const data = Float64Array.from(after.data, (value, i) => value - before.data[i]);
    if (data.every((value) => value === 0)) continue;
    const [rows, cols] = after.shape;
    changes.push({
      name: matrix.W,
      hook: matrix.hook,
      rows: { rows, cols, data },
      bytes: 2 * 4 * data.length,
    });
  }
  return changes;
}

/** `outward`: it is [d_model, n] and its columns are vectors of the stream; else its rows are. */
type AtStream = { W: string; hook: string; outward?: boolean; norm?: NormNames };

function writers({ W_E, W_pos, blocks }: ModelNames, model: LanguageModel): AtStream[] {
  const embedded = "blocks.0.hook_resid_pre";
  return [
    { W: W_E, hook: embedded },
    ...(W_pos === undefined ? [] : [{ W: W_pos, hook: embedded }]),
    ...blocks.flatMap(({ W_O, W_out }, layer) => {
      const { mid, post } = streamOf(model, layer);
      return [
        { W: W_O, hook: mid ?? post, outward: true },
        { W: W_out, hook: post, outward: true },
      ];
    }),
  ];
}

function readers({ blocks }: ModelNames, model: LanguageModel): AtStream[] {
  return blocks.flatMap(({ W_Q, W_K, W_V, W_in, W_gate, ln1, ln2 }: BlockNames, layer) => {
    const { pre, mid } = streamOf(model, layer);
    return [
      ...[W_Q, W_K, W_V].map((W) => ({ W, hook: pre, norm: ln1 })),
      ...[W_in, W_gate].filter((W) => W !== undefined)
        .map((W) => ({ W, hook: mid ?? pre, norm: ln2 })),
    ];
  });
}

/** The stream before a block, behind its attention and behind its MLP; no `mid` where the two run side by side. */
function streamOf(
  model: LanguageModel,
  layer: number,
): { pre: string; mid?: string; post: string } {
  const [pre, mid, post] = ["pre", "mid", "post"].map((at) => `blocks.${layer}.hook_resid_${at}`);
  return { pre, post, ...(hookNames(model).includes(mid) && { mid }) };
}

/** A matrix as vectors of the stream [n, d_model]; one that reads, as it acts on the normalised stream. */
async function streamRows(
  { parameters: { tensors } }: LanguageModel,
  { W, outward = false, norm }: AtStream,
): Promise<HostArray> {
  const shape = [...tensors[W].shape];
  const gains = norm && [norm.w, norm.b].filter((name) => name !== undefined && name in tensors);
  const [data, w, b] = await readTensors([W, ...gains ?? []].map((name) => tensors[name!]));
  if (outward) return { shape: [shape[1], shape[0]], data: turned(data, shape[1]) };
  return w === undefined ? { shape, data } : foldInto({ shape, data }, { norm: { w, b } }).W;
}

/** [rows, columns] → [columns, rows]. */
function turned(data: Float32Array, columns: number): Float32Array {
  const rows = data.length / columns;
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
}
