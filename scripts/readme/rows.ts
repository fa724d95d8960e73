/** Kept runs -> the rows of README.md's table, and the sentence over it. @module */
import { type Count, percentOf } from "../../lib/numerics/counts.ts";
import { spread } from "../../lib/numerics/statistics.ts";
import { formatNumber } from "../../lib/report/line.ts";
import type { Headline } from "../system.ts";
import type { Shown } from "./gather.ts";
import { type Run, type RunLine, VERDICTS } from "./runs.ts";

const HEAD = ["verdict", "system and figure", "paper", "ours", "seeds", "where"];

type Row = { rank: number; cells: string[] };

/**
 * A row for each headline of which some run has all lines: those that did not come out as published
 * first. Runs of one preset and corpus are pooled: counts are added up, of other numbers it is the mean
 * with the least and the most.
 */
export function tableRows(systems: readonly Shown[], runs: readonly Run[]): string[][] {
  const rows = systems.flatMap(({ id, headlines }) =>
    headlines.flatMap((headline): Row[] => {
      const own = runs.filter(({ system, lines }) =>
        system === id && headline.lines.every((name) => name in lines)
      );
      return own.length === 0 ? [] : [rowOf(headline, own)];
    })
  );
  return [HEAD, ...rows.toSorted((a, b) => a.rank - b.rank).map(({ cells }) => cells)];
}

/** The headlines that no run has all lines of, of the systems that have a run. */
export function missingHeadlines(systems: readonly Shown[], runs: readonly Run[]): string[] {
  return systems.flatMap(({ id, headlines }) => {
    const own = runs.filter(({ system }) => system === id);
    const lacks = ({ lines }: Headline) =>
      !own.some((run) => lines.every((name) => name in run.lines));
    return own.length === 0 ? [] : headlines.filter(lacks).map(({ what }) => `${id}: ${what}`);
  });
}

/** How many claims of each system's first whole run came to what, and which systems have no run. */
export function tallySentence(systems: readonly Shown[], runs: readonly Run[]): string {
  const first = systems.map(({ id }) => ({
    id,
    run: runs.find(({ system, whole }) => system === id && whole),
  }));
  const tallies = first.flatMap(({ id, run }) => {
    if (run === undefined) return [];
    return [`${id}: ${claimsText(run)}`];
  });
  const none = first.filter(({ run }) => run === undefined).map(({ id }) => id);
  return [
    `Claims by what became of them in each system's first run: ${tallies.join("; ")}.`,
    ...(none.length > 0 ? [`No full run yet: ${none.join(", ")}.`] : []),
  ].join(" ");
}

/** What became of the claims of a run, those that nobody published by themselves. */
function claimsText({ claims, own = [] }: Run): string {
  const counts = (wanted: boolean) =>
    countsOf(
      Object.keys(claims).filter((claim) => own.includes(claim) === wanted)
        .map((claim) => claims[claim]),
    ).map(countText).join(", ");
  return [counts(false), own.length > 0 && `of our own questions ${counts(true)}`]
    .filter(Boolean).join(", ");
}

/**
 * What each system's first whole run says of the claims that are to be sentences, and after it the
 * verdicts of the first one at each other preset.
 */
export function answerSentences(systems: readonly Shown[], runs: readonly Run[]): string[] {
  return systems.flatMap(({ id, answers = [] }) => {
    const own = runs.filter(({ system, whole }) => system === id && whole);
    const [first, ...others] = own.filter(({ preset }, i) =>
      i === own.findIndex((run) => run.preset === preset)
    );
    const told = answers.filter((claim) => first !== undefined && claim in first.claims);
    if (told.length === 0) return [];
    const made = ({ preset, seeds }: Run) => `preset ${preset}, seeds ${seedsText(seeds)}`;
    return [
      [
        `\`${id}\` at ${made(first)}:`,
        ...told.map((claim) => `${claim}: ${first.claims[claim]}.`),
        ...others.map((run) =>
          `At ${made(run)}, in this order: ${
            told.map((claim) => run.claims[claim] ?? "not asked").join(", ")
          }.`
        ),
      ].join(" "),
    ];
  });
}

function rowOf(headline: Headline, runs: readonly Run[]): Row {
  const verdicts = runs.flatMap(({ claims }) => claims[headline.claim] ?? []);
  const pools = poolsOf(runs);
  const each = (cell: (runs: readonly Run[]) => string) =>
    pools.map(({ name, runs }) => name ? `${name}: ${cell(runs)}` : cell(runs)).join("<br>");
  const [first] = runs;
  return {
    rank: Math.min(...verdicts.map((verdict) => VERDICTS.indexOf(verdict)), VERDICTS.length),
    cells: [
      verdictCell(verdicts, runs.length),
      `\`${headline.figure}\`<br>${headline.what}`,
      joined(headline.lines.map((name) => paperCell(first.lines[name]))),
      each((own) =>
        headline.lines.map((name) => pooled(own.map((run) => run.lines[name]))).join(" / ")
      ),
      each((own) => seedsCell(own, headline)),
      whereCell(runs),
    ],
  };
}

/** Runs of one preset and corpus together, named by what tells them from the others. */
function poolsOf(runs: readonly Run[]): { name: string; runs: readonly Run[] }[] {
  const marks = [({ preset }: Run) => preset, ({ corpus = "" }: Run) => corpus];
  const telling = marks.filter((mark) => new Set(runs.map(mark)).size > 1);
  const pools = Map.groupBy(runs, (run) => JSON.stringify(marks.map((mark) => mark(run))));
  return [...pools.values()].map((runs) => ({
    name: telling.map((mark) => mark(runs[0]).split(".")[0]).join(", "),
    runs,
  }));
}

/** The verdict where all runs agree; else how many of them came to each. */
function verdictCell(verdicts: readonly string[], runs: number): string {
  const counts = countsOf(verdicts);
  if (counts.length === 0) return "–";
  if (counts.length === 1 && counts[0].n === runs) return counts[0].verdict;
  return `of ${runs}: ${counts.map(countText).join(", ")}`;
}

type VerdictCount = { verdict: string; n: number };

function countsOf(verdicts: readonly string[]): VerdictCount[] {
  return VERDICTS.map((verdict) => ({
    verdict,
    n: verdicts.filter((own) => own === verdict).length,
  })).filter(({ n }) => n > 0);
}

const countText = ({ verdict, n }: VerdictCount) => `${n} ${verdict}`;

function joined(cells: readonly string[]): string {
  return cells.every((cell) => cell === "–") ? "–" : cells.join(" / ");
}

function paperCell(line: RunLine): string {
  return line.paper === undefined ? "–" : formatNumber(line.paper, line);
}

function pooled(lines: readonly RunLine[]): string {
  const found = lines.filter(({ ours }) => ours !== undefined);
  if (found.length === 0) return "none";
  const [line] = found, { mean, min, max } = spread(found.map(({ ours }) => ours!));
  const number = (value: number) => formatNumber(value, line);
  const counts = found.flatMap(({ count }) => count ?? []);
  if (counts.length < found.length) {
    return found.length === 1 ? number(mean) : `${number(mean)} (${number(min)} to ${number(max)})`;
  }
  const sum = (of: keyof Count) => counts.reduce((total, count) => total + count[of], 0);
  const count = { count: sum("count"), of: sum("of") };
  const thousands = (n: number) => n.toLocaleString("en-US");
  return `${number(percentOf(count)!)} (${thousands(count.count)} of ${thousands(count.of)})`;
}

function seedsCell(runs: readonly Run[], { repeats }: Headline): string {
  const seeds = seedsText(runs.flatMap(({ seeds }) => seeds));
  return repeats === undefined ? seeds : `${seeds} (${repeats(runs[0].settings)})`;
}

function seedsText(seeds: readonly number[]): string {
  const all = seeds.toSorted((a, b) => a - b), [first, last] = [all[0], all.at(-1)!];
  const closed = all.length > 2 && last - first === all.length - 1;
  return closed ? `${first} to ${last}` : all.join(", ");
}

/** Adapters without their versions, which runs.json has, and the commits that made the runs. */
function whereCell(runs: readonly Run[]): string {
  const adapters = new Set(runs.map(({ adapter }) => adapter.split(" (")[0]));
  const commits = new Set(runs.map(({ commit }) => `\`${commit}\``));
  return [...adapters, ...commits].join("<br>");
}
