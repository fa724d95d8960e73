/**
 * The phases of a run, in the order in which they are done. To add one: a file beside this one, an
 * import and an entry here, its test.
 * @module
 */
import { agreement } from "./agreement.ts";
import { attention } from "./attention.ts";
import { bounds } from "./bounds.ts";
import { cards } from "./cards.ts";
import { adversarial } from "./adversarial.ts";
import { dictionaries } from "./dictionaries.ts";
import { diffing } from "./diffing.ts";
import { intervals } from "./intervals.ts";
import { others } from "./others.ts";
import { pairs } from "./pairs.ts";
import { penalty } from "./penalty.ts";
import { planted } from "./planted.ts";
import { proof } from "./proof.ts";
import { ranking } from "./ranking.ts";
import { sanity } from "./sanity.ts";
import { truth } from "./truth.ts";
import { suppression } from "./suppression.ts";

/** By the names under which their results stand. */
export const PHASES = {
  dictionaries,
  bounds,
  pairs,
  truth,
  agreement,
  ranking,
  cards,
  planted,
  proof,
  intervals,
  penalty,
  sanity,
  others,
  diffing,
  attention,
  adversarial,
  suppression,
} as const;
