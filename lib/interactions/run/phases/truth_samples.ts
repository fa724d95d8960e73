/** The samples of the phase `truth`: which there are, and how each is measured. @module */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { quantile } from "../../../numerics/statistics.ts";
import { stream } from "../../../numerics/random.ts";
import { activeText } from "../../players/active_text.ts";
import type { ActiveLatents } from "../../../crosscoder/active_latents.ts";
import { mlpSites } from "../../players/mlp.ts";
import { ablateOnwards, ablatePairs } from "../../truth/ablate.ts";
import { chooseInstances, type MeasuredList, type SampleSizes } from "../../truth/choose.ts";
import type { AblationMode } from "../../truth/modes.ts";
import { inputSites } from "../../truth/outlets.ts";
import type { Measures } from "../../truth/truth.ts";
import { LEARNT_FROM } from "../names.ts";
import { readPairTable } from "../pair_tables.ts";
import type { Finished, PhaseWork } from "../phase.ts";
import type { InteractionsSettings } from "../settings.ts";
import { type SampleName, type TruthOf, writeTruthTable } from "../truth_tables.ts";
import { type Pairs, pairs } from "./pairs.ts";
import type { TruthMode, TruthSample } from "./truth_form.ts";

/** Every sample, those of one dictionary one behind the other. */
export function plannedSamples({ seeds }: Pick<InteractionsSettings, "seeds">): TruthOf[] {
  const whole = (coder: TruthOf["coder"], number = 0): TruthOf => ({
    coder,
    number,
    sample: "whole",
  });
  return [
    whole("mlp"),
    { coder: "mlp", number: 0, sample: "mean" },
    { coder: "mlp", number: 0, sample: "later" },
    ...Array.from({ length: seeds - 1 }, (_, n) => whole("mlp", n + 1)),
    whole("relu"),
    whole("second"),
    { coder: "all", number: 0, sample: "stream" },
  ];
}

/** Modes at the token alone, and those that count later tokens as well, by their names. */
type Modes = { own: Record<string, AblationMode>; later?: Record<string, AblationMode> };

/** Measures one sample and writes its table. */
export async function measureSample(
  { sources, settings, folder, of: resultOf }: PhaseWork,
  of: TruthOf,
  active: ActiveLatents,
): Promise<TruthSample> {
  const { coder: name, number, sample } = of, [modelName] = LEARNT_FROM[name];
  const model = await sources.model(modelName), coder = await sources.coder(name, number);
  const sequences = sources.text("heldOut", settings.heldOutSequences), pos = sequences[0].length;
  const measuredPairs = listOf(await tableOf(await resultOf(pairs), of));
  const sizes = sizesOf(settings, of);
  const random = stream(sources.seed, "truth").stream(`${name} ${number} ${sample}`);
  const { instances, short, candidates } = chooseInstances(measuredPairs, active, {
    ...sizes,
    pos,
    random,
  });
  const modes = modesOf(sample, model, coder);
  const text = { sequences, active, instances };
  const mu = sample === "mean" ? await meansOf(model, coder, sources, settings) : undefined;
  const measured = await ablatePairs({ model, coder }, text, { modes: modes.own, mu });
  if (modes.later) {
    Object.assign(measured, await ablateOnwards({ model, coder }, text, { modes: modes.later }));
  }
  await writeTruthTable(folder, of, { instances, pos, measured });
  return {
    ...of,
    model: modelName,
    candidates,
    pairs: instances.pairs.i.length,
    tokens: sizes.tokens,
    instances: instances.token.length,
    short: short.length,
    modes: [
      ...described(modes.own, measured, { later: false }),
      ...described(modes.later ?? {}, measured, { later: true }),
    ],
  };
}

function sizesOf(
  { truth }: InteractionsSettings,
  { coder, number, sample }: TruthOf,
): SampleSizes {
  const { cells, top } = truth;
  if (sample !== "whole") return { cells, top: 0, ...truth[sample] };
  return { cells, top, ...truth[coder !== "mlp" ? "others" : number > 0 ? "seeds" : "whole"] };
}

/** What the phase `pairs` measured of a dictionary: metrics and blocks, and their numbers. */
async function tableOf({ result, folder }: Finished<Pairs>, { coder, number }: TruthOf) {
  const found = result.tables.find((t) => t.coder === coder && t.number === number);
  if (found === undefined) {
    throw new RangeError(
      `Cannot ablate pairs of ${coder} ${number}: expected its table in the phase pairs but found ` +
        "none: measure it there",
    );
  }
  return { ...found, table: await readPairTable(folder, { coder, number }) };
}

/** S_co of every metric, summed over blocks; removal, which a sample is spread over, first. */
function listOf({ table, layers, metrics }: Awaited<ReturnType<typeof tableOf>>): MeasuredList {
  const ordered = ["removal" as const, ...metrics.filter((metric) => metric !== "removal")];
  const scores = Object.fromEntries(ordered.map((metric) => {
    const sum = new Float64Array(table.count.length);
    for (const layer of layers) {
      table.value(layer, metric, "S_co").forEach((score, p) => sum[p] += score);
    }
    return [metric, sum];
  }));
  return { pairs: table.pairs, count: table.count, scores };
}

/**
 * Metrics are of MLPs, so that latents leave at MLP inputs alone, whatever else the dictionary sees;
 * but for the sample of the residual stream, whose joint mode is every input.
 */
function modesOf(sample: SampleName, model: LanguageModel, coder: Crosscoder): Modes {
  const { sites } = coder.config;
  const each = (sites: string[], ablation?: "mean") =>
    Object.fromEntries(sites.map((site) => [
      `block ${site.split(".")[1]}${ablation ? " mean" : ""}`,
      { sites: [site], ablation },
    ]));
  if (sample === "stream") {
    const mids = sites.map(({ hook }) => hook).filter((hook) => hook.endsWith("resid_mid"));
    return { own: { ...each(mids), joint: { sites: inputSites(model, coder) } } };
  }
  const inputs = mlpSites(model, coder).map(({ site }) => sites[site].hook);
  const joint = { sites: inputs };
  if (sample === "later") return { own: { joint }, later: { "joint later": joint } };
  const zero = { ...each(inputs), joint };
  if (sample === "whole") return { own: zero };
  return {
    own: { ...zero, ...each(inputs, "mean"), "joint mean": { ...joint, ablation: "mean" } },
  };
}

/** The mean activation of every latent on the text on which metrics are measured. */
async function meansOf(
  model: LanguageModel,
  coder: Crosscoder,
  { text }: PhaseWork["sources"],
  { metricSequences }: InteractionsSettings,
): Promise<Float64Array> {
  const { tokens, d_sae, latent, act } = await activeText(
    model,
    coder,
    text("metric", metricSequences),
  );
  const mean = new Float64Array(d_sae);
  latent.forEach((i, e) => mean[i] += act[e] / tokens);
  return mean;
}

function described(
  modes: Record<string, AblationMode>,
  measured: Record<string, Measures>,
  { later }: { later: boolean },
): TruthMode[] {
  return Object.entries(modes).map(([name, { sites, ablation = "zero" }]) => {
    const { GT2, KL, dloss, dlogits } = measured[name];
    const middle = (values: Float32Array) => quantile(values, 0.5);
    const median = {
      GT2: middle(GT2),
      KL: middle(KL),
      dloss: middle(dloss.map(Math.abs)),
      dlogits: middle(dlogits),
    };
    return { name, sites: [...sites], ablation, later, median };
  });
}
