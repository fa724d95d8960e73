/**
 * What the comparison of metrics with ablation leaves on disk.
 *
 * @module
 */
import {
  everyField,
  having,
  list,
  maybe,
  number,
  oneOf,
  orNull,
  text,
  whole,
} from "../../io/form.ts";
import type { Form } from "../../io/form.ts";
import { CODER_NAMES, type CoderName } from "../run/names.ts";
import type { ComparedCase } from "./compare.ts";

/**
 * One dictionary. `pairs` x tokens make `instances`, in `documents` sequences; `active`: latents at a
 * token, on the average.
 */
export type CoderAgreement = {
  coder: CoderName;
  number: number;
  /** Where latents were ablated: "whole" for the MLP inputs, "stream" for the residual stream. */
  sample: string;
  pairs: number;
  twins: number;
  instances: number;
  documents: number;
  /** k of the heads. */
  head: number;
  d_mlp: number;
  d_model: number;
  active: number;
  cases: ComparedCase[];
  /** Single pairs for a picture, by case: a metric, its control and the truth, [pairs] each. */
  points: { case: string; removal: number[]; B5c: number[]; GT2: number[] }[];
};

/** What the phase leaves. */
export type Agreement = { coders: CoderAgreement[] };

const coefficient = number({ least: -1, most: 1 });
const coefficients = everyField(orNull(coefficient));
const ROW = having({
  metric: text,
  truth: text,
  partial: coefficients,
  withoutTwins: maybe(coefficients),
  orders: maybe(
    having({
      kendall: orNull(coefficient),
      precision: number({ least: 0 }),
      ndcg: number({ least: 0 }),
    }),
  ),
});
const INTERVAL = having({
  over: oneOf(["documents", "pairs"] as const),
  set: text,
  truth: text,
  metric: text,
  coefficient,
  low: coefficient,
  high: coefficient,
  difference: maybe(having({ value: number(), low: number(), high: number() })),
});
const CASE = having({
  name: text,
  rows: list(ROW, { least: 1 }),
  reliability: everyField(having({ half: coefficient, whole: number() })),
  r2: everyField(having({ controls: number(), withMetrics: number() })),
  intervals: list(INTERVAL),
});
const values = list(number());

/** The form of the result. */
export const AGREEMENT: Form<Agreement> = having({
  coders: list(
    having({
      coder: oneOf(CODER_NAMES),
      number: whole(0),
      sample: text,
      pairs: whole(1),
      twins: whole(0),
      instances: whole(1),
      documents: whole(1),
      head: whole(1),
      d_mlp: whole(1),
      d_model: whole(1),
      active: number({ above: 0 }),
      cases: list(CASE, { least: 1 }),
      points: list(having({ case: text, removal: values, B5c: values, GT2: values })),
    }),
    { least: 1 },
  ),
}) as unknown as Form<Agreement>;
