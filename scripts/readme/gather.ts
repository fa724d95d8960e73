/** summary.json of a run -> what README.md's table keeps of it. @module */
import { join } from "node:path";
import { readJson } from "../../lib/io/files.ts";
import {
  anything,
  everyField,
  expectForm,
  flag,
  having,
  integer,
  list,
  maybe,
  oneOf,
  text,
  type Values,
} from "../../lib/io/form.ts";
import type { Headline, System } from "../system.ts";
import { LINE, type Run, type RunLine, VERDICTS } from "./runs.ts";

/** What summary.json holds of a system. */
const FIELDS = {
  preset: text,
  seed: integer,
  seeds: maybe(list(integer)),
  adapter: text,
  corpus: maybe(anything),
  settings: maybe(anything),
  findings: list(having({ claim: text, verdict: oneOf(VERDICTS), own: maybe(flag) })),
  groups: list(having({ title: text, lines: list(having({ name: text, ...LINE })) })),
};

type Part = Values<typeof FIELDS>;

/** The systems that README can show: their names, rows of the table and sentences below it. */
export type Shown = Pick<System, "id" | "headlines" | "answers">;

/**
 * A record of each of the systems in a run's folder. `commit`: of the checkout that made the run.
 * Throws where there is no summary.json, or not what a report leaves.
 */
export async function gatherRuns(
  folder: string,
  { systems, commit }: { systems: readonly Shown[]; commit: string },
): Promise<Run[]> {
  const path = join(folder, "summary.json");
  const summary = expectForm(
    `gather ${path}`,
    await readJson(path),
    everyField(anything),
    "name a folder that deno task replicate left, such as out/small",
  );
  return systems.filter(({ id }) => id in summary).map(({ id, headlines }) => {
    const part = expectForm(
      `gather ${id} of ${path}`,
      summary[id],
      having(FIELDS),
      "make the run again",
    );
    return { system: id, ...recordOf(id, part, { headlines, commit }) };
  });
}

function recordOf(
  system: string,
  { preset, seed, adapter, settings, findings, groups, ...part }: Part,
  { headlines, commit }: { headlines: readonly Headline[]; commit: string },
): Omit<Run, "system"> {
  const corpus = corpusName(part.corpus);
  const own = findings.filter(({ own }) => own).map(({ claim }) => claim);
  const lines = new Map(
    groups.flatMap(({ lines }) => lines.map((line) => [line.name, line])),
  );
  const names = headlines.flatMap(({ lines }) => lines).filter((name) => lines.has(name));
  return {
    preset,
    ...(corpus !== undefined && { corpus }),
    seeds: part.seeds ?? [seed],
    adapter,
    commit,
    command: commandOf({ system, preset, seeds: part.seeds ?? [seed], corpus }),
    from: "summary.json",
    whole: true,
    settings,
    ...(own.length > 0 && { own }),
    claims: Object.fromEntries(findings.map(({ claim, verdict }) => [claim, verdict])),
    lines: Object.fromEntries(names.map((name) => [name, kept(lines.get(name)!)])),
  };
}

/** Some systems name their corpus, some describe it, some have none. */
function corpusName(corpus: unknown): string | undefined {
  return typeof corpus === "string" ? corpus : (corpus as { name?: string } | undefined)?.name;
}

function commandOf(
  { system, preset, seeds, corpus = "grammar" }: Pick<
    Run,
    "system" | "preset" | "corpus" | "seeds"
  >,
): string {
  const which = seeds.length > 1 ? `--seeds ${seeds[0]}-${seeds.at(-1)}` : `--seed ${seeds[0]}`;
  const words = [`deno task replicate ${system} --preset ${preset} ${which}`];
  return [...words, ...(corpus === "grammar" ? [] : [`--corpus ${corpus}`])].join(" ");
}

function kept({ paper, ours, count, unit, digits }: RunLine): RunLine {
  return { paper, ours, count, unit, digits };
}
