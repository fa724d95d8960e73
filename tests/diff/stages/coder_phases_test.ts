import { assert, assertEquals } from "@std/assert";
import {
  type CoderPhase,
  coderPhases,
  contextPhases,
  CONTROLS,
  TURNING,
} from "../../../lib/diff/stages/coder_phases.ts";
import { findsItsPool } from "../../../lib/diff/run/held_pool.ts";
import { stagewiseSettings } from "../../../lib/diff/settings/presets.ts";

const phases = coderPhases({ dictionaries: 3 });
const by = new Map(phases.map((phase) => [phase.name, phase]));
const line = (name: string) => {
  const { model, data, from = "random weights" } = by.get(name)!;
  return `${model}, ${data}, from ${from}`;
};

Deno.test("coderPhases() makes each crosscoder once, after the one that it starts from", () => {
  assertEquals(phases.length, 5 + 3 + 4 + 5 + 5);
  assertEquals(by.size, phases.length);
  for (const [i, { from }] of phases.entries()) {
    const before = phases.slice(0, i).map(({ name }) => name);
    assert(from === undefined || before.includes(from), `${phases[i].name} from ${from}`);
  }
  const work = ({ model, data, from, random }: CoderPhase) => [model, data, from, random].join();
  assertEquals(new Set(phases.map(work)).size, phases.length, "no work is done twice");
});

Deno.test("the null baseline has the run's ways and data with ft1, from the run's own D", () => {
  assertEquals(CONTROLS.null.D, "D");
  assertEquals(line("null-M"), "ft1, clean, from S");
  assertEquals(line("null-DF"), "ft1, mixed, from D");
  assertEquals(line("null-MF"), "ft1, mixed, from null-M");
});

Deno.test("in the drift floor nothing changes, along two seeds", () => {
  const lines = TURNING.map((stage) => line(CONTROLS.drift[stage]));
  const from = (name: string) => `ft1, clean, from ${name}`;
  assertEquals(lines, [from("S"), from("S"), from("drift-D"), from("drift-M")]);
  const seeds = TURNING.map((stage) => by.get(CONTROLS.drift[stage])!.random);
  assertEquals(new Set(seeds).size, 4);
});

Deno.test("a further dictionary is the five stages from an S of its own", () => {
  const own = ["S-2", "D-2", "M-2", "DF-2", "MF-2"].map(line);
  const first = ["S", "D", "M", "DF", "MF"].map(line);
  assertEquals(own.map((text) => text.replace("-2", "")), first);
  assert(!coderPhases({ dictionaries: 1 }).some(({ name }) => name.endsWith("-1")));
});

Deno.test("phases of one model and data follow one another, and harvest once where all fits", () => {
  const { sequences, S, fineTune } = stagewiseSettings("small", { grammar: true });
  const found = findsItsPool(phases, { sequences, S, fineTune });
  const harvesting = phases.filter(({ name }) => !found.has(name)).map(({ name }) => name);
  assertEquals(harvesting, ["S", "S-1", "S-2", "D", "M", "DF"]);
  assertEquals(findsItsPool(phases, { sequences: sequences + 1, S, fineTune }).size, 0);
});

Deno.test("contextPhases() names the stages, and DF and MF of all else", () => {
  const kept = contextPhases({ dictionaries: 2 });
  const controls = ["null-DF", "null-MF", "drift-DF", "drift-MF"];
  assertEquals(kept, ["S", "D", "M", "DF", "MF", ...controls, "DF-1", "MF-1"]);
  for (const name of kept) assert(by.has(name), name);
});
