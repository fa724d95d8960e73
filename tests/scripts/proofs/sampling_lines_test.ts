// A hand-made model of median numbers: K = 4, v = 64, 1 of 1,000 sequences wrong, N5's sets four times as many.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { ModelResult, ProofsRun } from "../../../lib/proofs/run/results.ts";
import { proofsSettings } from "../../../lib/proofs/run/presets.ts";
import {
  overtaken,
  overtakingLines,
  samplingLines,
} from "../../../scripts/proofs/lines/sampling.ts";
import { samplingFindings } from "../../../scripts/proofs/sampling_findings.ts";

const all = 64 ** 4;

function model(v: number): ModelResult {
  const count = (share: number) => `${Math.round(share * v ** 4)}`;
  const row = (strategy: string, bound: number, more: object) => ({
    ...{ strategy, certified: count(bound), bound, unexplained: 9 },
    ...more,
  });
  const drawn = { standardError: 1e-4, estimate: 0.999 };
  return {
    ...{ id: `K4-v${v}`, K: 4, v, seed: 0, loss: 0, singular: [2, 1], repairs: [], margins: null },
    accuracy: { value: 0.999, standardError: 0, right: 0.999 * v ** 4 },
    rows: [
      { strategy: "brute-force", bound: 0.999, flops: 2 ** 39.7, unexplained: 9 },
      row("cubic", 0.949, { flops: 2 ** 23.3 }),
      row("N4-partition", 0.99896, { G: 64, flops: 2 ** 25.2, atMost: 0.99902 }),
      row("N5", 0.9978, { G: 64, gMax: 6, flops: 2 ** 22 }),
    ] as ModelResult["rows"],
    sampled: [
      {
        ...{ method: "sampled", draws: 400_000, counted: 400, certain: "0" },
        ...{ atLeast: { "0.99": count(0.9988), "0.999999": count(0.9987) } },
        ...{ ...drawn, setFlops: 1.35e6, drawFlops: 711 * 400_000 },
      },
      {
        ...{ method: "sampled/N5", draws: 20_000, counted: 5000, certain: count(0.996) },
        ...{ atLeast: { "0.99": count(0.99897), "0.999999": count(0.99896) }, G: 64, gMax: 6 },
        ...{ ...drawn, standardError: 1e-5, setFlops: 2 ** 22.6, drawFlops: 900 * 20_000 },
      },
    ],
    ablations: { draws: 4, right: new Array(32).fill(2) },
  };
}

function run(v: number): ProofsRun {
  const settings = {
    ...proofsSettings("small"),
    families: [{ K: 4, v, seeds: 1 }],
    tasks: [],
    larger: [],
  };
  return { preset: "small", seed: 0, adapter: "", settings, models: [model(v)], folder: "" };
}

Deno.test("overtaken() finds the lengths from which draws say more, for a bound and for an estimate", () => {
  const { models, settings } = run(64);
  const [cubic, partition, N5] = overtaken(models, settings);
  assertEquals([cubic.name, N5.own], ["cubic", 22]);
  assert(cubic.draws > 80 && cubic.draws < 120, `${cubic.draws}`); // 1 - 0.95^n > 0.99 from 90 on
  assertAlmostEquals(N5.gap, 0.0012, 1e-12);
  // As estimates: 0.001 · 0.999 / error² draws of 711 operations after 1.35 million.
  const length = (error: number) => Math.log2(1.35e6 + 711 * 0.001 * 0.999 / error ** 2);
  assertAlmostEquals(N5.estimate, length(0.0012), 1e-6);
  assertAlmostEquals(partition.estimate, length(1e-5), 1e-6); // its middle is 0.99899
  assert(N5.bound["0.99"] < N5.bound["0.999999"] && N5.bound["0.999999"] < N5.forward);
});

Deno.test("samplingFindings() decides for v = 64 by its rules, and leaves fewer tokens undecided", () => {
  assertEquals(samplingFindings(run(64)).map(({ verdict }) => verdict), [
    ...["replicated", "replicated", "replicated", "replicated"],
  ]);
  const worse = run(64);
  worse.models[0].rows[1].bound = 0.9985; // a cubic bound that 500 draws do not reach
  worse.models[0].sampled[1] = { ...worse.models[0].sampled[1], certain: "0" };
  assertEquals(samplingFindings(worse).map(({ verdict }) => verdict), [
    ...["not replicated", "replicated", "replicated", "not replicated"],
  ]);
  for (const { verdict } of samplingFindings(run(8))) assertEquals(verdict, "undecided");
});

Deno.test("samplingLines() says how many draws from all sequences one from N5's sets is worth", () => {
  const lines = samplingLines(run(64));
  const value = (words: string) => lines.find(({ name }) => name.includes(words))!.ours!;
  assertAlmostEquals(value("times as many"), 0.001 * 0.999 / 1e-10 / 20_000, 1e-6);
  const gap = 0.999 - Math.round(0.99896 * all) / all;
  assertAlmostEquals(value("gap of sampled/N5, confidence 0.999999"), gap, 1e-12);
  const names = [...lines, ...overtakingLines(run(64))].map(({ name }) => name);
  assertEquals(new Set(names).size, names.length);
});
