/**
 * Phase `pairs`: how strongly latents act together at every MLP input, by every metric, on a text
 * that no dictionary saw. The numbers of the pairs are arrays in its folder; see pair_tables.ts.
 * @module
 */
import { having, list, number, oneOf, whole } from "../../../io/form.ts";
import { stream } from "../../../numerics/random.ts";
import { PAIR_METRICS, type PairMetric } from "../../pairs/metrics.ts";
import { scorePairs } from "../../pairs/score_pairs.ts";
import { CODER_NAMES, LEARNT_FROM, MODEL_NAMES, type ModelName } from "../names.ts";
import { type TableOf, writePairTable } from "../pair_tables.ts";
import type { Phase } from "../phase.ts";

/** `instances` of `pairs` pairs, those with the least co-active tokens or more, of `met` on `tokens`. */
export type MeasuredPairs = TableOf & {
  model: ModelName;
  tokens: number;
  met: number;
  pairs: number;
  instances: number;
  layers: number[];
  metrics: PairMetric[];
};

/** What the phase leaves beside its arrays. */
export type Pairs = { tables: MeasuredPairs[] };

/** What other dictionaries than the first are measured by: enough to draw a sample of pairs. */
const FEW: readonly PairMetric[] = [
  "removal",
  "dominant_bound",
  "acts_product",
  "main_product_insertion",
  "main_product_removal",
];

const CODERS = ["mlp", "jumprelu", "relu", "second", "all"] as const;

/** Every dictionary of one model, at its MLP inputs. */
export const pairs: Phase<Pairs> = {
  name: "pairs",
  title: "interactions of all pairs",
  format: 1,
  needs: [],
  models: ["ft1", "relu", "second"],
  coders: [{ coder: "mlp", seeds: "all" }, "jumprelu", "relu", "second", "all"],
  settings: ({ pairs, seeds }) => ({ pairs, seeds }),
  form: having({
    tables: list(
      having({
        coder: oneOf(CODER_NAMES),
        number: whole(0),
        model: oneOf(MODEL_NAMES),
        tokens: whole(1),
        met: whole(0),
        pairs: whole(1),
        instances: whole(1),
        layers: list(number({ least: 0 }), { least: 1 }),
        metrics: list(oneOf(PAIR_METRICS), { least: 1 }),
      }),
      { least: 1 },
    ),
  }),
  async make({ sources, settings, folder, step }) {
    const there = CODERS.filter((coder) => sources.coders.includes(coder));
    const wanted = there.flatMap((coder) =>
      Array.from({ length: coder === "mlp" ? settings.seeds : 1 }, (_, number) => ({
        coder,
        number,
      }))
    );
    const { sequences, otherSequences, least } = settings.pairs;
    const tables: MeasuredPairs[] = [];
    for (const [done, { coder, number }] of wanted.entries()) {
      step(done, wanted.length);
      const [model] = LEARNT_FROM[coder];
      const first = coder === "mlp" && number === 0;
      const metrics = first ? [...PAIR_METRICS] : [...FEW];
      const scored = await scorePairs(
        await sources.model(model),
        await sources.coder(coder, number),
        {
          text: sources.text("metric", first ? sequences : otherSequences),
          metrics,
          least,
          random: stream(sources.seed, `orders of ${coder} ${number}`),
        },
      );
      await writePairTable(folder, { coder, number }, scored);
      const { tokens, met, instances, pairs: { i }, blocks } = scored;
      tables.push({
        coder,
        number,
        model,
        tokens,
        met,
        pairs: i.length,
        instances,
        metrics,
        layers: blocks.map(({ layer }) => layer),
      });
    }
    return { tables };
  },
};
