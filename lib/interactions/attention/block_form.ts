/** What a stored report of a block has to be. @module */
import {
  exactly,
  type Form,
  having,
  list,
  number,
  oneOf,
  orNull,
  text,
  whole,
} from "../../io/form.ts";
import { type BlockReport, EDGE_SAMPLES, EDGE_TRUTHS } from "./block_report.ts";

const share = number({ least: 0, most: 1 });
const size = number({ least: 0 });

const SHARES = exactly({
  features: number(),
  keyOnly: number(),
  queryError: number(),
  keyError: number(),
  gauge: size,
});
const CONCENTRATION = exactly({ pairs: whole(1), needed: share, held: list(share, { least: 2 }) });
const PARTIAL = { metric: text, raw: number(), partial: orNull(number()) };
const TIGHTNESS = exactly({ of: whole(1), violations: whole(0), ratio: size });
const LATENTS = list(exactly({ latent: whole(0), share }));

/** One block of `measureAttention`. */
export const blockForm: Form<BlockReport> = having({
  layer: whole(0),
  n_heads: whole(1),
  shares: SHARES,
  centredShares: SHARES,
  participation: list(number(), { least: 1 }),
  concentration: exactly({
    score: CONCENTRATION,
    attended: CONCENTRATION,
    scoreShuffled: CONCENTRATION,
    attendedShuffled: CONCENTRATION,
  }),
  lookBack: size,
  samples: list(
    having({
      sample: oneOf(EDGE_SAMPLES),
      truth: oneOf(EDGE_TRUTHS),
      edges: whole(1),
      overRemoval: size,
      ofOutput: size,
      overBound: size,
      agreement: list(having({ ...PARTIAL, low: orNull(number()), high: orNull(number()) })),
    }),
    { least: 1 },
  ),
  pairs: having({
    pairs: whole(1),
    perPair: whole(1),
    reliability: number(),
    agreement: list(having(PARTIAL)),
  }),
  bounds: exactly({ edge: TIGHTNESS, row: TIGHTNESS, rowVariation: TIGHTNESS }),
  ranks: exactly({ score: list(share), removal: list(share) }),
  values: LATENTS,
  positions: LATENTS,
});
