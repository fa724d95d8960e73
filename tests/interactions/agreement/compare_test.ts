import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { compareMetrics, type Comparison } from "../../../lib/interactions/agreement/compare.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { spearman } from "../../../lib/numerics/rank_correlation.ts";

/** Two blocks; ablation is the size of the pair times what the block's own interaction is. */
function planted(): Comparison {
  const pairs = 240, tokens = 8, random = stream(0, "planted");
  const positive = () => random.normals(pairs).map(Math.exp);
  const size = positive(), interaction = [positive(), positive()];
  const blocks = interaction.map((own) => ({
    removal: size.map((x, p) => x * own[p] ** 0.7),
    B5: size.map((x, p) => x * positive()[p % 7]),
    main_product_insertion: size.map((x) => x * Math.exp(0.1 * random.normal())),
    main_product_removal: size.map((x) => x * Math.exp(0.1 * random.normal())),
    "main_product_insertion S_max": size.map((x) => x * Math.exp(0.3 * random.normal())),
    "main_product_removal S_max": size.map((x) => x * Math.exp(0.3 * random.normal())),
    acts_product: positive(),
  }));
  const common = { count: positive(), random: positive() };
  const pair = Uint32Array.from({ length: pairs * tokens }, (_, at) => at % pairs);
  const document = pair.map(() => random.int(12));
  const noisy = (value: (p: number) => number) =>
    Float64Array.from(pair, (p) => value(p) * Math.exp(0.5 * random.normal()));
  const measured = (value: (p: number) => number) => ({
    pairs,
    pair,
    document,
    values: { GT2: noisy(value) },
  });
  const effects = Float64Array.from(pair, (p) => size[p]);
  const first = (p: number) => size[p] * interaction[0][p] ** 0.7;
  return {
    blocks,
    common,
    overlap: Float64Array.from({ length: pairs }, () => random.uniform()),
    cases: [
      { name: "block 0", blocks: [0], measured: measured(first), effects },
      { name: "joint", blocks: [0, 1], measured: measured((p) => size[p]), effects },
    ],
  };
}

const options = {
  seed: 0,
  resamples: 30,
  k: 20,
  twins: 0.5,
  orders: ["GT2"],
  apart: ["raw", "A", "B"],
  intervals: { metrics: ["removal", "main_product_removal"], truths: ["GT2"], against: "removal" },
  added: ["removal"],
};
const given = planted();
const [block, joint] = compareMetrics(given, options);
const removal = ({ rows }: typeof block) => rows.find(({ metric }) => metric === "removal")!;

Deno.test("compareMetrics() finds what is planted in a block, and nothing where effects make the truth", () => {
  assert(removal(block).partial.B! > 0.7, `${removal(block).partial.B}`);
  assert(removal(block).partial.oracle! > 0.7);
  assert(removal(joint).partial.raw! > 0.5 && Math.abs(removal(joint).partial.B!) < 0.2);
  assert(block.r2.GT2.withMetrics - block.r2.GT2.controls > 0.1);
  assert(joint.r2.GT2.withMetrics - joint.r2.GT2.controls < 0.02);
  assert(block.reliability.GT2.half > 0.8);
});

Deno.test("compareMetrics() holds a block's metrics against its own ablation, sums against the joint one", () => {
  const { blocks, cases } = given, { pairs, pair, values } = cases[1].measured;
  const sum = Float64Array.from(blocks[0].removal, (x, p) => x + blocks[1].removal[p]);
  const means = new Float64Array(pairs);
  Array.from(pair).forEach((p, at) => means[p] += values.GT2[at]);
  assertAlmostEquals(removal(joint).partial.raw!, spearman(sum, means), 1e-12);
});

Deno.test("compareMetrics() gives intervals over documents and pairs, with differences", () => {
  const rows = block.intervals.filter(({ set, metric }) => set === "raw" && metric === "removal");
  assertEquals(rows.map(({ over }) => over), ["documents", "pairs"]);
  for (const { low, coefficient, high, difference } of rows) {
    assert(low < coefficient && coefficient < high);
    assertEquals(difference, { value: 0, low: 0, high: 0 });
  }
  const other = block.intervals.find(({ over, set, metric }) =>
    over === "pairs" && set === "A" && metric === "main_product_removal"
  )!;
  assert(other.difference!.high < 0, "main effects should do worse than what is planted");
  // what the controls are has no coefficient under them
  assert(!block.intervals.some(({ set, metric }) => set === "B" && metric !== "removal"));
  const wrong = { ...options, added: ["removel"] };
  assertThrows(() => compareMetrics(given, wrong), RangeError, "found removel");
});
