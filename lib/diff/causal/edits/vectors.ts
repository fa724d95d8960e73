/**
 * Removing groups of vectors from a text, at every position of its prompts. Where each vector of a list stands
 * at one hook, the activation is projected out of the space that the group spans there, in the pass itself,
 *
 *   x −= U Uᵀ x,   U [width, k] orthonormal
 *
 * so that reads and writes at different hooks are each removed at their own. With `random`, R Uᵀ x is
 * taken away instead, R as random a basis: as much, in another direction. Vectors over several hooks are
 * removed from all of them at once: see stacked.ts.
 * @module
 */
import type { LanguageModel } from "../../../model/language_model.ts";
import { stream } from "../../../numerics/random.ts";
import type { Edit } from "../../../model/hook_points.ts";
import { multiply, subtract } from "../../../tensor/ops/arithmetic.ts";
import { matmul } from "../../../tensor/ops/matmul/matmul.ts";
import { view } from "../../../tensor/ops/reshape.ts";
import { upload } from "../../../tensor/tensor.ts";
import { type Asked, type AskedText, forcedText } from "../question/asked.ts";
import { endsOf, everywhere, type Groups, type Held, type TextEdit, type Variant } from "./edit.ts";
import { orthonormal } from "./orthonormal.ts";
import type { RandomRows, VectorWay } from "./removal.ts";
import { stackedEdit } from "./stacked.ts";

type Vectors = readonly ReadonlyMap<string, Float32Array>[];

/** What is read and what is taken away at one hook: bases [k][width]. */
type Basis = { read: Float32Array[]; write: Float32Array[] };

/** Groups of places among the vectors, removed at every position. */
export async function vectorEdit(
  asked: Asked,
  vectors: Vectors,
  { text, groups, way }: { text: AskedText; groups: Groups; way: VectorWay },
): Promise<TextEdit> {
  if (vectors.some(({ size }) => size > 1)) {
    return await stackedEdit(asked, vectors, { text, groups, way });
  }
  const { positions, random } = way;
  const bases = groups.map((group) => {
    const hooks = [...new Set(group.flatMap((one) => [...vectors[one].keys()]))];
    return new Map(hooks.map((hook) => {
      const read = orthonormal(group.flatMap((one) => vectors[one].get(hook) ?? []));
      const write = random ? randomBasis(read, random, `${group.join()} at ${hook}`) : read;
      return [hook, { read, write }] as const;
    }));
  });
  return {
    variants: everywhere(groups, endsOf(forcedText(asked, text), positions)),
    hold: (own, pos) => heldProjections(asked.model, bases, { own, pos }),
  };
}

function heldProjections(
  { gpu }: LanguageModel,
  bases: readonly ReadonlyMap<string, Basis>[],
  { own, pos }: { own: readonly Variant[]; pos: number },
): Held {
  using owned = new DisposableStack();
  const edits: Record<string, Edit> = {};
  const groups = [...new Set(own.map(({ group }) => group))];
  for (const hook of new Set(groups.flatMap((group) => [...bases[group].keys()]))) {
    const used = groups.map((group) => ({ group, basis: bases[group].get(hook) }));
    const columns = used.flatMap(({ group, basis }) => basis ? basis.read.map(() => group) : []);
    if (columns.length === 0) continue;
    const put = (rows: readonly Float32Array[]) => {
      const data = new Float32Array(rows.length * rows[0].length);
      rows.forEach((row, n) => data.set(row, n * row.length));
      return owned.use(upload(gpu, { shape: [rows.length, rows[0].length], data }));
    };
    const read = put(used.flatMap(({ basis }) => basis?.read ?? []));
    const write = put(used.flatMap(({ basis }) => basis?.write ?? []));
    const rows = own.length * pos, data = new Float32Array(rows * columns.length);
    own.forEach(({ group, positions }, v) => {
      const mine = columns.map((column) => column === group ? 1 : 0);
      for (const p of positions) data.set(mine, (v * pos + p) * columns.length);
    });
    const mask = owned.use(upload(gpu, { shape: [rows, columns.length], data }));
    edits[hook] = (x) => {
      const flat = view(x, [rows, read.columns]);
      const part = multiply(matmul(flat, read, "NT"), mask);
      return subtract(x, view(matmul(part, write, "NN"), x.shape));
    };
  }
  const kept = owned.move();
  return { edits, [Symbol.dispose]: () => kept.dispose() };
}

function randomBasis(
  like: readonly Float32Array[],
  { seed, draw = 0 }: RandomRows,
  name: string,
): Float32Array[] {
  if (like.length === 0) return [];
  const random = stream(seed, `random vectors ${draw} of group ${name}`);
  return orthonormal(like.map(({ length }) => random.normals(length)));
}
