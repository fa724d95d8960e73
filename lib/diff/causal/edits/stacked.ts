/**
 * Removing vectors that stand at several hooks, stacked: the unedited activations x of all hooks side by side
 * are projected out of what the group spans, and the shift that is wanted at each hook is brought about by
 * increments, as for latents (see carriers.ts):
 *
 *   δ = −U Uᵀ x,   U [hooks · d_in, k] orthonormal over all hooks together
 *
 * So a vector keeps its weight at each hook: a part that is next to nothing there moves next to nothing, where
 * projecting hook by hook would take a whole dimension away. A hook that a vector does not stand at is left as
 * it is. With `random`, U on the left gives way to random rows with the norm of U's at every hook.
 * @module
 */
import { hookedActivations } from "../../../crosscoder/harvest/harvester.ts";
import { ONE_MODEL } from "../../../crosscoder/sites.ts";
import type { Forced } from "../../../model/forced/forced.ts";
import { hookPoint } from "../../../model/hooks.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { tokenTensor } from "../../../model/run_with_cache.ts";
import { stream } from "../../../numerics/random.ts";
import { readTensors } from "../../../tensor/read.ts";
import { type Asked, type AskedText, forcedText } from "../question/asked.ts";
import { filled, joined } from "../question/reading.ts";
import { addSite, carriedEdit } from "./carried.ts";
import { carriersOf } from "./carriers.ts";
import { endsOf, everywhere, type Groups, type TextEdit } from "./edit.ts";
import { orthonormal } from "./orthonormal.ts";
import type { VectorWay } from "./removal.ts";
import { rowLike } from "./rows.ts";

/** Groups of vectors, each by hook; throws on hooks of unlike widths, and on what `carriersOf` refuses. */
export async function stackedEdit(
  asked: Asked,
  vectors: readonly ReadonlyMap<string, Float32Array>[],
  { text, groups, way: { positions, random } }: {
    text: AskedText;
    groups: Groups;
    way: VectorWay;
  },
): Promise<TextEdit> {
  const { model } = asked, hooks = [...new Set(vectors.flatMap((at) => [...at.keys()]))];
  const d_in = widthOf(model, hooks), forced = forcedText(asked, text);
  const sites = hooks.map((hook) => ({ model: ONE_MODEL, hook }));
  const bases = groups.map((group) => {
    const read = orthonormal(group.map((one) => stacked(vectors[one], { hooks, d_in })));
    const write = random === undefined ? read : read.map((row, k) => {
      const { seed, draw = 0 } = random;
      return rowLike(
        row,
        stream(seed, `random vector ${k}, ${draw}, of group ${group.join()}`),
        d_in,
      );
    });
    return { read, write };
  });
  const { pos, values } = await hookValues(model, hooks, forced);
  const variants = everywhere(groups, endsOf(forced, positions));
  return carriedEdit(model.gpu, variants, {
    carriers: carriersOf("remove vectors", model, sites),
    d_in,
    at({ group, prompt, position }) {
      const { read, write } = bases[group], token = prompt * pos + position;
      const along = read.map((row) => {
        let sum = 0;
        values.forEach((of, l) => {
          for (let c = 0; c < d_in; c++) sum += row[l * d_in + c] * of[token * d_in + c];
        });
        return sum;
      });
      return (sum, site) =>
        write.forEach((row, k) => addSite(sum, row, { site, factor: -along[k] }));
    },
  });
}

function widthOf(model: LanguageModel, hooks: readonly string[]): number {
  const [first, ...rest] = hooks.map((hook) => hookPoint(model, hook).width);
  const other = rest.findIndex((width) => width !== first) + 1;
  if (other === 0) return first;
  throw new RangeError(
    `Cannot remove vectors: expected hooks of one width but found ${first} at ${hooks[0]} and ` +
      `${rest[other - 1]} at ${hooks[other]}: take vectors at hooks of each width by themselves`,
  );
}

function stacked(
  at: ReadonlyMap<string, Float32Array>,
  { hooks, d_in }: { hooks: readonly string[]; d_in: number },
): Float32Array {
  const row = new Float32Array(hooks.length * d_in);
  hooks.forEach((hook, l) => row.set(at.get(hook) ?? [], l * d_in));
  return row;
}

/** Sequences of a pass. */
const SEQUENCES = 16;

/** By hook the unedited activations of a text, [tokens, d_in], token sequence · pos + position. */
async function hookValues(
  model: LanguageModel,
  hooks: readonly string[],
  forced: readonly Forced[],
): Promise<{ pos: number; values: Float32Array[] }> {
  const { pos, sequences } = filled(forced), parts: Float32Array[][] = [];
  for (let first = 0; first < sequences.length; first += SEQUENCES) {
    using owned = new DisposableStack();
    const ids = owned.use(tokenTensor(model, sequences.slice(first, first + SEQUENCES)));
    const found = hookedActivations(model, ids, hooks);
    for (const tensor of found.values()) owned.use(tensor);
    parts.push(await readTensors(hooks.map((hook) => found.get(hook)!)));
  }
  return { pos, values: hooks.map((_, l) => joined(parts.map((part) => part[l]))) };
}
