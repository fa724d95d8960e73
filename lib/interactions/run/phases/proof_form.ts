/** What the phase `proof` leaves, and its form on disk. @module */
import {
  flag,
  type Form,
  having,
  list,
  number,
  oneOf,
  orNull,
  text,
  whole,
} from "../../../io/form.ts";
import type { ResidualClaim } from "../../proof/checker/certificate.ts";
import { type Method, METHODS } from "../../proof/checker/residual.ts";
import type { ProofLength } from "../../proof/length.ts";
import type { PairsNeeded } from "../../proof/pairs_needed.ts";
import type { Transition } from "../../proof/transition.ts";
import { CODER_NAMES, type CoderName } from "../names.ts";

/**
 * One claim, the same mean as float32 has it on the device, and the verdict of the checker on the
 * certificate that holds it ("" where it was not asked).
 */
export type Certified = ResidualClaim & {
  layer: number;
  method: Method;
  tokens: number;
  float: number;
  file: string;
  verdict: string;
};

/** A dictionary, as it was trained or with fewer latents, and its proof's length over `tokens` tokens. */
export type ProofPoint = {
  coder: CoderName;
  number: number;
  trained: boolean;
  d_sae: number;
  L0: number;
  FVU: number;
  pairs: number;
  /** From how many tokens on the layers' proof is shorter, with the pairs that met here; null: never. */
  breakEven: number | null;
  length: ProofLength;
};

/** What the phase leaves. `folders`: the last parts of the paths of the model and the dictionary. */
export type Proof = {
  certified: Certified[];
  folders: { model: string; coder: string };
  /** By block, of the dictionary of all sites. */
  transitions: ({ layer: number } & Transition)[];
  needed: ({ layer: number } & PairsNeeded)[];
  tokens: number;
  points: ProofPoint[];
};

const size = number({ least: 0 });
const LENGTH = {
  bruteForce: size,
  claim: size,
  base: size,
  singles: size,
  pairs: size,
  total: size,
  ratio: size,
  layersOnly: having({ bruteForce: size, total: size, ratio: size }),
};
const CERTIFIED = having({
  layer: whole(0),
  method: oneOf(METHODS),
  tokens: whole(1),
  mean: size,
  max: size,
  share: orNull(size),
  float: size,
  file: text,
  verdict: text,
});
const TRANSITION = having({
  layer: whole(0),
  delta: size,
  bias: size,
  singles: size,
  singlesSum: size,
  residual: size,
  deviation: size,
  target: size,
});
const NEEDED = having({
  layer: whole(0),
  pairs: whole(0),
  residual: size,
  deviation: size,
  allBounds: size,
  allNorms: size,
  dominant: size,
  telescoping: size,
  needed: list(having({ epsilon: size, byBound: whole(0), byNorm: whole(0) })),
});
const POINT = having({
  coder: oneOf(CODER_NAMES),
  number: whole(0),
  trained: flag,
  d_sae: whole(1),
  L0: size,
  FVU: size,
  pairs: whole(0),
  breakEven: orNull(size),
  length: having(LENGTH),
});

/** The form of the whole. */
export const PROOF: Form<Proof> = having({
  certified: list(CERTIFIED),
  folders: having({ model: text, coder: text }),
  transitions: list(TRANSITION),
  needed: list(NEEDED),
  tokens: whole(1),
  points: list(POINT, { least: 1 }),
});
