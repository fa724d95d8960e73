/**
 * Steering without the trigger: does adding a latent bring the payload? At every prompt token even a
 * random vector does, since that is an unusual prompt: the places decide, and the floor stands beside.
 * @module
 */
import { decoderRow } from "../../crosscoder/rows.ts";
import { exactly, expectForm, list, maybe, where } from "../../io/form.ts";
import { logOdds, matched } from "../../model/forced/scores.ts";
import { expectNumbers } from "../../numerics/numbers.ts";
import { checkList } from "./direction.ts";
import type { EffectList } from "./effects.ts";
import { addSite, carriedEdit } from "./edits/carried.ts";
import { carriersOf } from "./edits/carriers.ts";
import { RANDOM_ROWS, type RandomRows } from "./edits/removal.ts";
import { randomRow } from "./edits/rows.ts";
import type { TextEdit } from "./edits/edit.ts";
import { runEdited } from "./passes.ts";
import { type Asked, forcedText } from "./question/asked.ts";
import { folded, type ReadBy, readingOf } from "./question/reading.ts";

/**
 * Of prompts without the trigger: `payload`, the share answered with it, greedily; `logOdds`, the
 * change of its first token, a mean; `size`: mean activation of the latent where it fires in the texts of
 * the question, 0 where it never does and nothing is added.
 */
export type Steered = { payload: number; logOdds: number; size: number };

/**
 * `alpha`, one for all directions or one for each, times the size times W_dec[i] at every site, by
 * increments, at `places` of each untriggered prompt; by default those where the trigger would stand.
 */
export type SteeringOptions = {
  alpha?: number | readonly number[];
  places?: readonly (readonly number[])[];
  random?: RandomRows;
};

/** What steering by each latent of a list does; throws as `effectsOf`, on vectors, and on other places. */
export async function steeringOf(
  asked: Asked,
  list: EffectList,
  options: SteeringOptions = {},
): Promise<Steered[]> {
  const { model, backdoor: { payload, untriggered }, before } = asked;
  const { sizes, ...edit } = await steeringEdit(asked, list, options);
  const odds = sizes.map(() => 0), share = sizes.map(() => 0);
  await runEdited(
    model,
    { forced: forcedText(asked, "untriggered"), edit },
    ({ group, prompt }, logits) => {
      odds[group] += logOdds(logits[0], payload[0]) - before.untriggered[prompt].logOdds;
      share[group] += matched(logits, payload) === payload.length ? 1 : 0;
    },
  );
  expectNumbers(ACTION, odds, { todo: "take a smaller alpha" });
  const n = untriggered.length,
    plain = before.untriggered
      .filter(({ matched }) => matched === payload.length).length;
  return sizes.map((size, g) => ({
    payload: (size > 0 ? share[g] : plain) / n,
    logOdds: odds[g] / n,
    size,
  }));
}

const ACTION = "steer a model";

const ALPHA = where<number | readonly number[]>(
  "a finite number, or a list of them",
  (x) => (Array.isArray(x) ? x : [x]).every(Number.isFinite),
);

/**
 * The edit of untriggered prompts, whatever stands behind them, that adds each latent of a list: a group
 * of its own, of a `size` of its own.
 */
export async function steeringEdit(
  asked: Asked,
  { read, ...given }: EffectList,
  options: SteeringOptions = {},
): Promise<TextEdit & { sizes: number[] }> {
  const { model, backdoor: { untriggered } } = asked;
  const place = where<number>(
    "positions of the prompt",
    (x) => Number.isInteger(x) && (x as number) >= 0,
  );
  const form = exactly({
    alpha: maybe(ALPHA),
    places: maybe(list(list(place, { least: 1 }), { length: untriggered.length })),
    random: RANDOM_ROWS,
  });
  expectForm(ACTION, options, form);
  const { alpha = 1, places = placesOf(asked), random } = options;
  const beyond = places.findIndex((own, n) => own.some((p) => p >= untriggered[n].length));
  if (beyond >= 0) {
    throw new RangeError(
      `Cannot ${ACTION}: expected places of prompt ${beyond}, below ${
        untriggered[beyond].length
      }, but found ` +
        `${Math.max(...places[beyond])}: take places of the untriggered prompts`,
    );
  }
  const checked = checkList(ACTION, given, model);
  if (checked.kind !== "latent") {
    throw new RangeError(
      `Cannot ${ACTION}: expected latents, which have a size, but found vectors: remove those instead`,
    );
  }
  const coder = folded(checked.coder), { latents } = checked, { d_in } = coder.config;
  const sizes = await typicalSizes(asked, { coder: checked.coder, read });
  const strengths = typeof alpha === "number" ? latents.map(() => alpha) : alpha;
  if (strengths.length !== latents.length) {
    throw new RangeError(
      `Cannot ${ACTION}: expected an alpha for each of ${latents.length} directions but found ` +
        `${strengths.length}: pass one for all, or as many`,
    );
  }
  const rows = latents.map((latent) => {
    const row = decoderRow(coder, latent);
    return random ? randomRow(row, random, { latent, d_in }) : row;
  });
  const variants = latents.flatMap((latent, group) =>
    sizes[latent] > 0
      ? untriggered.map((_, prompt) => ({ group, prompt, positions: [...places[prompt]] }))
      : []
  );
  const edit = carriedEdit(model.gpu, variants, {
    carriers: carriersOf(ACTION, model, coder.config.sites),
    d_in,
    at: ({ group }) => (sum, site) =>
      addSite(sum, rows[group], { site, factor: strengths[group] * sizes[latents[group]] }),
  });
  return { ...edit, sizes: latents.map((latent) => sizes[latent]) };
}

/** Where the trigger would stand, cut to the prompt. */
function placesOf({ spans, backdoor: { untriggered } }: Asked): number[][] {
  return spans.map(([from, to], n) => {
    const end = Math.min(to, untriggered[n].length), first = Math.min(from, end - 1);
    return Array.from({ length: end - first }, (_, p) => first + p);
  });
}

/**
 * The mean activation of every latent [d_sae] over all tokens of the question's texts at which it fires;
 * 0 of one that never does.
 */
export async function typicalSizes(asked: Asked, by: ReadBy): Promise<Float64Array> {
  const { d_sae } = by.coder.config, sum = new Float64Array(d_sae), count = new Float64Array(d_sae);
  const texts = ["triggered", "untriggered", "stories"] as const;
  for (const text of texts) {
    const forced = forcedText(asked, text);
    if (forced.length === 0) continue;
    const { pos, active: { start, latent, act } } = await readingOf(asked, by, text);
    forced.forEach(({ prompt, answer }, n) => {
      const end = text === "untriggered" ? prompt.length : prompt.length + answer.length;
      for (let e = start[n * pos]; e < start[n * pos + end]; e++) {
        sum[latent[e]] += act[e];
        count[latent[e]]++;
      }
    });
  }
  return sum.map((total, i) => count[i] > 0 ? total / count[i] : 0);
}
