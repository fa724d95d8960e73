import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { CONTROL_SETS, controlSets } from "../../../lib/interactions/agreement/controls.ts";
import { scoreFlops } from "../../../lib/interactions/agreement/costs.ts";
import { agreementTable } from "../../../lib/interactions/agreement/table.ts";
import { stream } from "../../../lib/numerics/random.ts";

const n = 400, random = stream(0, "table");
const [size, own, noise] = [0, 1, 2].map(() => random.normals(n));
const truth = size.map((x, p) => Math.exp(x + own[p] + 0.3 * noise[p]));
const columns = {
  count: random.normals(n),
  B5: size.map((x) => x + random.normal()),
  B5c_insertion: size.map((x) => x + 0.1 * random.normal()),
  B5c_removal: size.map((x) => x + 0.1 * random.normal()),
  largest_insertion: random.normals(n),
  largest_removal: random.normals(n),
  overlap: Float32Array.from({ length: n }, () => random.uniform()),
  measured: size,
};
const input = {
  metrics: {
    sees: size.map((x, p) => x + own[p]),
    blind: size.map((x) => x + 0.1 * random.normal()),
    constant: new Float32Array(n),
  },
  truths: { ablation: truth },
  controls: controlSets(columns),
};
const options = { k: 40, twins: 0.5, orders: ["ablation"], apart: ["raw", "oracle"] };
const table = agreementTable(input, columns.overlap, options);
const row = (metric: string) => table.find((one) => one.metric === metric)!;

Deno.test("agreementTable(): means per latent leave a blind metric agreement that its own tokens take away", () => {
  const { raw, A, B, oracle } = row("blind").partial as Record<string, number>;
  assert(raw > 0.5 && A > 0.3, `${raw} ${A}`);
  assert(Math.abs(B) < 0.15 && Math.abs(oracle) < 0.15, `${B} ${oracle}`);
  for (const set of CONTROL_SETS) assert(row("sees").partial[set]! > 0.8, set);
});

Deno.test("agreementTable() leaves twins out, and gives a constant no coefficient and chance in the head", () => {
  const rows = columns.overlap.map((share, p) => share > 0.5 ? -1 : p).filter((p) => p >= 0);
  assert(rows.length > 150 && rows.length < 250);
  const take = (values: ArrayLike<number>) => Float64Array.from(rows, (p) => values[p]);
  const apart = agreementTable(
    {
      metrics: { sees: take(input.metrics.sees) },
      truths: { ablation: take(truth) },
      controls: { raw: {}, oracle: { size: take(size) } },
    },
    take(columns.overlap),
    options,
  )[0];
  assertEquals(apart.partial.raw, row("sees").withoutTwins!.raw);
  assertEquals(Object.keys(row("sees").withoutTwins!), options.apart);
  const { partial, orders } = row("constant");
  assertEquals([partial.raw, orders!.kendall], [null, null]);
  assertAlmostEquals(orders!.precision, 0.1, 1e-12);
  const [sees, blind] = ["sees", "blind"].map((metric) => row(metric).orders!);
  assert(sees.precision > 0.6 && sees.ndcg > blind.ndcg && sees.kendall! > blind.kendall!);
  const none = agreementTable(input, columns.overlap, { ...options, orders: [] });
  assertEquals([none[0].orders, none[0].withoutTwins], [undefined, undefined]);
  assertThrows(
    () => agreementTable(input, columns.overlap, { ...options, k: 0 }),
    RangeError,
    "from 1",
  );
});

Deno.test("scoreFlops() counts products: vectors, sums of sizes, shared main effects", () => {
  const sizes = { d_mlp: 256, d_model: 64, active: 12 };
  assertEquals(scoreFlops("removal", sizes), 2 * 256 * 64);
  assertEquals(scoreFlops("archipelago", sizes), 4 * 256 * 64);
  assertEquals(scoreFlops("dominant_bound", sizes), 512);
  // 12 latents make 66 pairs: 12 / 66 vectors an instance
  assertAlmostEquals(scoreFlops("main_product_removal", sizes)!, 2 * 256 * 64 * 12 / 66, 1e-9);
  assertEquals(scoreFlops("jaccard", sizes), undefined);
});

Deno.test("controlSets() does without an overlap that is the same for all pairs", () => {
  const { "B, overlap": set, B } = controlSets({ ...columns, overlap: new Float32Array(n) });
  assertEquals(Object.keys(set), Object.keys(B));
  assertEquals(Object.keys(input.controls["B, overlap"]).length, Object.keys(B).length + 1);
});
