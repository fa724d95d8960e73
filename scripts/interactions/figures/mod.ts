/**
 * The figures of the interactions in the order of the report. A new one is an import and one more
 * line here.
 *
 * @module
 */
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import type { Figure } from "../../system.ts";
import { attention } from "./attention.ts";
import { cards } from "./cards.ts";
import { choices } from "./choices.ts";
import { dictionaries } from "./dictionaries.ts";
import { adversarial } from "./adversarial.ts";
import { adversarialTable } from "./adversarial_table.ts";
import { agreement } from "./agreement.ts";
import { agreementTable } from "./agreement_table.ts";
import { diffing } from "./diffing.ts";
import { diffingTable } from "./diffing_table.ts";
import { excess } from "./excess.ts";
import { lorenz } from "./lorenz.ts";
import { metrics } from "./metrics.ts";
import { others } from "./others.ts";
import { penalty } from "./penalty.ts";
import { planted } from "./planted.ts";
import { proof } from "./proof.ts";
import { regions } from "./regions.ts";
import { suppression } from "./suppression.ts";
import { tightness } from "./tightness.ts";

export const FIGURES: readonly Figure<InteractionsResults, string>[] = [
  regions,
  metrics,
  agreement,
  agreementTable,
  dictionaries,
  excess,
  tightness,
  lorenz,
  cards,
  choices,
  diffing,
  diffingTable,
  adversarial,
  adversarialTable,
  suppression,
  planted,
  proof,
  attention,
  penalty,
  others,
];
