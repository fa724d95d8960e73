/** What an explorer says of the numbers that every crosscoder has. @module */
import type { Column, ExplorerData } from "../../report/explorer/data.ts";
import type { Largest } from "../largest.ts";
import { type CoderViews, LENS, NEAREST } from "./coder_views.ts";

/** Tokens before and after the one that fires. */
export const AROUND = { before: 10, after: 5 };

const PROFILE =
  "L2 norm of the decoder vector at each site, in units of the site's scale (what training saw); " +
  "each line is divided by its largest.";
const LENS_WORDS =
  "Logit lens at the last site: unembedding times the decoder vector behind the weights of the last " +
  "norm, less the mean over the vocabulary, for an activation of 1; the last norm's scale is left out.";
const NEAREST_WORDS =
  "Largest cosines of decoder vectors, over all sites, within the same crosscoder.";

/** What stands in the explorer for each crosscoder, and why where there is no lens. */
export function viewParts(
  views: readonly CoderViews[],
  sites: readonly string[],
): Pick<ExplorerData, "profile" | "lens" | "nearest" | "missing"> {
  const lenses = views.map(({ lens }) => lens);
  const found = lenses.filter((lens): lens is Largest => typeof lens !== "string");
  const reason = lenses.find((lens) => typeof lens === "string");
  return {
    profile: { about: PROFILE, sites, norms: views.map(({ norms }) => norms) },
    nearest: ranked(views.map(({ nearest }) => nearest), NEAREST, NEAREST_WORDS),
    ...(reason === undefined && { lens: ranked(found, LENS, LENS_WORDS) }),
    missing: reason === undefined ? [] : [`Logit lens: ${reason}.`],
  };
}

function ranked(lists: readonly Largest[], k: number, about: string) {
  return {
    about,
    k,
    ids: lists.map(({ ids }) => ids),
    values: lists.map(({ values }) => values),
  };
}

/** Columns of one stage that can be put on an axis: how often latents fire, how long they are. */
export function stageColumns(
  name: string,
  { fired, n_tokens }: { fired: readonly number[]; n_tokens: number },
  norms: Float32Array,
): Column[] {
  const n_sites = norms.length / fired.length, of = name === "" ? "" : ` in ${name}`;
  return [
    {
      id: `density-${name}`,
      title: `density${of}`,
      about: `share of tokens on which the latent fires${of}`,
      values: fired.map((count) => count / n_tokens),
      digits: 5,
      log: true,
    },
    {
      id: `norm-${name}`,
      title: `norm${of}`,
      about: `decoder norm${of}, summed over sites, in units of each site's scale`,
      values: fired.map((_, i) =>
        norms.subarray(i * n_sites, (i + 1) * n_sites).reduce((sum, norm) => sum + norm, 0)
      ),
    },
  ];
}
