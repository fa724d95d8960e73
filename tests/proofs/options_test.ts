// Options of the proofs' entry points: a value out of range or a name that is none is refused, before any work.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { certify } from "../../lib/proofs/certify.ts";
import { bruteForce } from "../../lib/proofs/gpu/brute_force.ts";
import { trainMaxOfK } from "../../lib/proofs/gpu/train.ts";
import {
  exhaustiveResult,
  makeProver,
  proveBound,
  searchStrategy,
  verifyStrategy,
} from "../../lib/proofs/prove.ts";
import { openMaxOfK } from "../../lib/proofs/run/open_models.ts";
import { runProofs } from "../../lib/proofs/run/pipeline.ts";
import { proofsSettings } from "../../lib/proofs/run/presets.ts";
import { paperStrategies } from "../../lib/proofs/strategies.ts";
import { W1 } from "./tiny_models.ts";

const unused = {} as Gpu;
const prover = makeProver(W1);
const config = { d_vocab: 4, d_model: 4, d_head: 4, n_ctx: 3 };

/** What a caller without types may pass. */
// deno-lint-ignore no-explicit-any
type Any = any;

const WRONG_TRAINING: [Any, Any, string][] = [
  [{}, { steps: 0 }, "expected steps to be a whole number from 1 but found 0"],
  [{}, { steps: 1.5 }, "expected steps to be a whole number from 1 but found 1.5"],
  [{}, { batch: -1 }, "expected batch to be a whole number from 1 but found -1"],
  [{}, { lr: NaN }, "expected lr to be a finite number above 0 but found NaN"],
  [{}, { lr: 0 }, "expected lr to be a finite number above 0 but found 0"],
  [{}, { weightDecay: -1 }, "expected weightDecay to be a finite number from 0 but found -1"],
  [{}, { seeds: [] }, "expected seeds to be a list of at least 1 but found []"],
  [{}, { seeds: [0.5] }, "expected seeds[0] to be a whole number but found 0.5"],
  [{}, { seeds: 1 }, "expected seeds to be a list but found 1"],
  [{}, { every: 0 }, "expected every to be a whole number from 1 but found 0"],
  [{}, { onLog: 1 }, "expected onLog to be a function but found 1"],
  [{}, { step: 4 }, 'found "step": did you mean steps?'],
  [{ d_vocab: 1 }, {}, "expected d_vocab to be a whole number from 2 to 1024 but found 1"],
  [{ d_model: 0 }, {}, "expected d_model to be a whole number from 1 to 1024 but found 0"],
  [{ d_head: 2.5 }, {}, "expected d_head to be a whole number from 1 to 1024 but found 2.5"],
  [{ n_ctx: "3" }, {}, 'expected n_ctx to be a whole number from 2 to 1024 but found "3"'],
  [{ nctx: 3 }, {}, 'found "nctx"'],
];
for (const [size, option, words] of WRONG_TRAINING) {
  Deno.test(`trainMaxOfK() refuses ${JSON.stringify({ ...size, ...option })}`, async () => {
    const [sizes, options] = [{ ...config, ...size }, { seeds: [0], ...option }];
    await assertRejects(() => trainMaxOfK(unused, sizes, options), RangeError, words);
    const otherwise = { config: sizes, training: options };
    const open = { out: "unused", K: 3, count: 1, otherwise };
    await assertRejects(() => openMaxOfK(unused, open), RangeError, words);
  });
}

Deno.test("every entry to a proof checks its options, its prover and its strategy", () => {
  const hints = searchStrategy(prover, "N4");
  const entries: ((name: Any, options: Any, given?: Any) => unknown)[] = [
    (name, options, given = prover) => proveBound(given, name, options),
    (name, options, given = prover) => certify(given, name, options),
    (name, options, given = prover) => searchStrategy(given, name, options),
    (name, options, given = prover) => verifyStrategy(given, name, { hints, ...options }),
  ];
  for (const prove of entries) {
    const cases: [() => unknown, string][] = [
      [() => prove("N4", { G: 0 }), "expected G to be a whole number from 1 to 65536 but found 0"],
      [() => prove("N4", { G: NaN }), "expected G to be a whole number from 1 to 65536"],
      [() => prove("N4", { gMax: 1.5 }), "expected gMax to be a whole number from 1 to 65536"],
      [() => prove("N4", { gmax: 4 }), 'found "gmax": did you mean gMax?'],
      [() => prove("N4", { grid: 4 }), 'expected one of G, gMax but found "grid"'],
      [() => prove("N44", {}), 'Cannot prove by "N44": expected a strategy\'s name'],
      [() => prove(undefined, {}), "expected a strategy's name but found none like it"],
      [
        () => prove("N4", {}, W1),
        "expected tables to be given but found none: take what makeProver",
      ],
    ];
    for (const [call, words] of cases) assertThrows(call, RangeError, words);
  }
  assertEquals(proveBound(prover, "N4", { G: undefined }).certified, 56n);
});

Deno.test("makeProver() refuses what is no model", () => {
  const cases: [Any, string][] = [
    [undefined, "a model with config and weights but found undefined"],
    [{}, "sizes in its config but found undefined"],
    [{ config: { ...W1.config, n_ctx: null } }, "n_ctx from 2 to 1024 but found null"],
    [{ config: W1.config }, "W_E as a Float32Array but found undefined"],
    [{ ...W1, W_E: Float64Array.from(W1.W_E) }, "W_E as a Float32Array"],
    [{ ...W1, W_E: [...W1.W_E] }, "W_E as a Float32Array"],
  ];
  for (const [model, words] of cases) assertThrows(() => makeProver(model), TypeError, words);
});

Deno.test("bruteForce() and exhaustiveResult() check their options", async () => {
  const count = (options: Any) => bruteForce(unused, prover.tables, options);
  const cases: [() => Promise<unknown>, string][] = [
    [() => count({ settle: -1 }), "settle to be a whole number from 0, or Infinity but found -1"],
    [() => count({ settle: NaN }), "settle to be a whole number from 0, or Infinity but found NaN"],
    [() => count({ setle: 1 }), 'found "setle": did you mean settle?'],
  ];
  for (const [call, words] of cases) await assertRejects(call, RangeError, words);
  const wrong: [Any, string][] = [
    [{ count: -1, unsettled: 0 }, "expected count to be a whole number from 0 to 64"],
    [{ count: 65, unsettled: 0 }, "expected count to be a whole number from 0 to 64 but found 65"],
    [{ count: 60, unsettled: 5 }, "expected unsettled to be a whole number from 0 to 4"],
    [{ count: 60 }, "expected unsettled to be"],
  ];
  for (const [found, words] of wrong) {
    assertThrows(() => exhaustiveResult(prover, found), RangeError, words);
  }
});

Deno.test("proofsSettings() and paperStrategies() know their names", () => {
  assertThrows(
    () => proofsSettings("smal" as Any),
    RangeError,
    '"small", "paper" but found "smal"',
  );
  assertThrows(() => paperStrategies("unsound" as Any), RangeError, 'but found "unsound"');
});

Deno.test("openMaxOfK() checks its options", async () => {
  const otherwise = { config, training: { seeds: [0] } };
  const good = { out: "unused", K: 3, count: 1, otherwise };
  const cases: [Any, string][] = [
    [{ ...good, K: 1 }, "expected K to be a whole number from 2 but found 1"],
    [{ ...good, count: 0 }, "expected count to be a whole number from 1 but found 0"],
    [{ ...good, out: 1 }, "expected out to be a text but found 1"],
    [{ ...good, folder: "x" }, 'but found "folder"'],
    [{ ...good, otherwise: { config } }, "expected otherwise.training to be"],
  ];
  for (const [options, words] of cases) {
    await assertRejects(() => openMaxOfK(unused, options), RangeError, words);
  }
});

Deno.test("runProofs() checks its settings before it makes a folder", async () => {
  const settings = proofsSettings("smoke");
  const task = { preset: "smoke", seed: 0, folder: "unused", cacheDir: "unused", settings };
  const family = { K: 4, v: 12, seeds: 2 };
  const cases: [Any, string][] = [
    [{ seed: -1 }, "expected seed to be a whole number from 0 to 4294967295 but found -1"],
    [{ seed: 2 ** 40 }, "expected seed to be a whole number from 0 to 4294967295"],
    [{ onphase: () => {} }, 'found "onphase": did you mean onPhase?'],
    [{ cores: 0 }, "expected cores to be a whole number from 1"],
    [{ settings: null }, "expected an object but found null"],
    [{ settings: { ...settings, margins: -1 } }, "expected margins to be a whole number from 0"],
    [{ settings: { ...settings, ablation: 1 } }, 'found "ablation"'],
    [{ settings: { ...settings, draws: { "sampled": 1 } } }, "draws.sampled/N5"],
    [
      { settings: { ...settings, draws: { "sampled": -1, "sampled/N5": 1 } } },
      "draws.sampled to be a whole number from 1",
    ],
    [{ settings: { ...settings, families: [family, family] } }, "each family once but found K = 4"],
    [{ settings: { ...settings, families: [{ ...family, K: 1 }] } }, "families[0].K to be a whole"],
    [
      { settings: { ...settings, training: { ...settings.training, lr: -1 } } },
      "training.lr to be a finite number above 0 but found -1",
    ],
  ];
  for (const [change, words] of cases) {
    await assertRejects(() => runProofs(unused, { ...task, ...change }), RangeError, words);
  }
  const large = { ...settings, families: [{ K: 1000, v: 1000, seeds: 1 }] };
  await assertRejects(
    () => runProofs(unused, { ...task, settings: large }),
    TypeError,
    "at most 2^960 sequences",
  );
  assertEquals(await Deno.stat("unused").catch(() => "none"), "none");
});
