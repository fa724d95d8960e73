/**
 * Phase `intervals`: bounds that hold for all magnitudes that latents were seen with, beside the
 * largest that sampled magnitudes reach.
 * @module
 */
import { having, list, number, oneOf, whole } from "../../../io/form.ts";
import { type Random, stream } from "../../../numerics/random.ts";
import type { IntervalSettings } from "../../bounds/interval_settings.ts";
import { BOX_BOUNDS, type BoxBound, layerBox, sampleBox } from "../../bounds/layer_box.ts";
import { pairBox, samplePair } from "../../bounds/pair_box.ts";
import { type ActRanges, actRanges } from "../../bounds/ranges.ts";
import { mlpOf, mlpSites } from "../../players/mlp.ts";
import type { ActiveLatents } from "../../../crosscoder/active_latents.ts";
import { type PlainMlp, plainMlp } from "../../proof/plain_mlp.ts";
import { readWhole } from "../../proof/read_text.ts";
import { type CoderName, MODEL_NAMES, type ModelName } from "../names.ts";
import type { Phase } from "../phase.ts";
import type { Sources } from "../sources.ts";

/**
 * One block: means over patterns (the latents of one token) of each bound and of the largest sampled
 * value; the same for pairs; how many sampled neurons broke a bound.
 */
export type IntervalBlock = {
  model: ModelName;
  layer: number;
  patterns: number;
  bounds: Record<BoxBound, number>;
  sampled: { triangle: number; residual: number };
  pairs: { count: number; range: number; min: number; sampled: number };
  violations: number;
  neurons: number;
};

/** What the phase leaves. */
export type Intervals = { blocks: IntervalBlock[] };

const size = number({ least: 0 });
const BLOCK = having({
  model: oneOf(MODEL_NAMES),
  layer: whole(0),
  patterns: whole(1),
  bounds: having({ min: size, dominant: size, telescoping: size }),
  sampled: having({ triangle: size, residual: size }),
  pairs: having({ count: whole(0), range: size, min: size, sampled: size }),
  violations: whole(0),
  neurons: whole(1),
});

const MEASURED = [{ name: "ft1", coder: "mlp" }, { name: "relu", coder: "relu" }] as const;

/** The intervals of one run, of the GELU model and of the ReLU one. */
export const intervals: Phase<Intervals> = {
  name: "intervals",
  title: "bounds over all magnitudes",
  format: 1,
  needs: [],
  models: MEASURED.map(({ name }) => name),
  coders: MEASURED.map(({ coder }) => coder),
  settings: ({ intervals }) => intervals,
  form: having({ blocks: list(BLOCK) }),
  async make({ sources, settings: { intervals } }) {
    const blocks: IntervalBlock[] = [];
    for (const { name, coder } of MEASURED) {
      blocks.push(...await blocksOf(sources, { name, coder, ...intervals }));
    }
    return { blocks };
  },
};

async function blocksOf(
  sources: Sources,
  { name, coder: coderName, ...settings }: IntervalSettings & { name: ModelName; coder: CoderName },
): Promise<IntervalBlock[]> {
  const model = await sources.model(name), coder = await sources.coder(coderName);
  const text = sources.text("metric", settings.sequences);
  const { active } = await readWhole({ model, coder, text });
  const ranges = actRanges(active), found = [];
  for (const { layer, site } of mlpSites(model, coder)) {
    const random = stream(sources.seed, `intervals of ${name}`).stream(`${layer}`);
    const mlp = plainMlp({ mlp: await mlpOf(model, layer), coder, site });
    found.push({
      model: name,
      layer,
      ...measureBlock(mlp, { active, ranges }, { ...settings, random }),
    });
  }
  return found;
}

function measureBlock(
  mlp: PlainMlp,
  { active, ranges }: { active: ActiveLatents; ranges: ActRanges },
  { patterns, samples, pairs, random }: IntervalSettings & { random: Random },
): Omit<IntervalBlock, "model" | "layer"> {
  const uniform = () => random.uniform();
  const sum = {
    patterns: 0,
    bounds: { min: 0, dominant: 0, telescoping: 0 },
    sampled: { triangle: 0, residual: 0 },
    pairs: { count: 0, range: 0, min: 0, sampled: 0 },
    violations: 0,
    neurons: 0,
  };
  for (const token of random.permutation(active.tokens)) {
    const latents = active.latent.subarray(active.start[token], active.start[token + 1]);
    if (sum.patterns === patterns) break;
    if (latents.length < 2) continue;
    sum.patterns++;
    const box = layerBox(mlp, latents, ranges);
    const sampled = sampleBox(mlp, { latents, ranges, box }, { samples, uniform });
    for (const name of BOX_BOUNDS) {
      sum.bounds[name] += box[name];
      sum.violations += sampled.violations[name];
    }
    sum.sampled.triangle += sampled.triangle;
    sum.sampled.residual += sampled.residual;
    sum.neurons += sampled.neurons;
    for (let n = 0; n < pairs; n++) {
      const [i, j] = random.permutation(latents.length);
      const of = { latents, ranges, i, j }, bound = pairBox(mlp, of);
      const points = samplePair(mlp, { ...of, box: bound }, { samples, uniform });
      sum.pairs.count++;
      sum.pairs.range += bound.range;
      sum.pairs.min += bound.min;
      sum.pairs.sampled += points.triangle;
      sum.violations += points.violations.range + points.violations.min;
      sum.neurons += points.neurons;
    }
  }
  const mean = <T extends Record<string, number>>(sums: T, count: number): T =>
    Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value / count])) as T;
  const { count, ...ofPairs } = sum.pairs;
  return {
    ...sum,
    bounds: mean(sum.bounds, sum.patterns),
    sampled: mean(sum.sampled, sum.patterns),
    pairs: { count, ...mean(ofPairs, count || 1) },
  };
}
