/**
 * Looking things up in the comparison of metrics with ablation.
 *
 * @module
 */
import { type Spread, spread } from "../../numerics/statistics.ts";
import type { CoderName } from "../run/names.ts";
import type { ComparedInterval } from "./compare.ts";
import type { Agreement, CoderAgreement } from "./result.ts";
import type { AgreementRow } from "./table.ts";

/** Which number: of a case such as "block 2" or "joint". */
export type Cell = { case: string; truth: string; metric: string };

/** The dictionaries of one name, all their seeds. */
export function codersNamed({ coders }: Agreement, name: CoderName): CoderAgreement[] {
  return coders.filter(({ coder }) => coder === name);
}

/** The row of a metric, where the dictionary has it. */
export function rowOf({ cases }: CoderAgreement, cell: Cell): AgreementRow | undefined {
  return cases.find(({ name }) => name === cell.case)?.rows
    .find(({ truth, metric }) => truth === cell.truth && metric === cell.metric);
}

/**
 * Mean and spread of a coefficient under a set of controls, over the dictionaries that have it;
 * undefined where none has.
 */
export function overCoders(
  coders: readonly CoderAgreement[],
  cell: Cell,
  set: string,
): Spread | undefined {
  const values = coders.map((coder) => rowOf(coder, cell)?.partial[set])
    .filter((value) => value !== null && value !== undefined);
  return values.length === 0 ? undefined : spread(values);
}

/** The interval of one coefficient of one dictionary, where it has one. */
export function intervalOf(
  { cases }: CoderAgreement,
  cell: Cell,
  { set, over }: Pick<ComparedInterval, "set" | "over">,
): ComparedInterval | undefined {
  return cases.find(({ name }) => name === cell.case)?.intervals.find((one) =>
    one.over === over && one.set === set && one.truth === cell.truth && one.metric === cell.metric
  );
}
