// A comparison made up: two blocks and both together, two dictionaries, metrics whose coefficients are known.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ComparedCase } from "../../../lib/interactions/agreement/compare.ts";
import type { Agreement, CoderAgreement } from "../../../lib/interactions/agreement/result.ts";
import { AGREEMENT } from "../../../lib/interactions/agreement/result.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { expectForm } from "../../../lib/io/form.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import { oneLayer } from "../../../scripts/interactions/agreement_findings.ts";
import { agreement } from "../../../scripts/interactions/figures/agreement.ts";
import { agreementTable } from "../../../scripts/interactions/figures/agreement_table.ts";
import { joint } from "../../../scripts/interactions/joint_finding.ts";
import type { Drawing } from "../../../scripts/system.ts";

/** Partial B of the removal metric and of its maximum. */
type Planted = { removal: number; largest: number };

function caseOf(name: string, { removal, largest }: Planted): ComparedCase {
  const partial = (raw: number, A: number | null, B: number | null) => ({
    ...{ raw, A, B, "B, overlap": B, "B, largest": B && B / 2, oracle: B },
  });
  const metrics = {
    removal: partial(0.9, 0.8, removal),
    "removal S_max": partial(0.8, 0.7, largest),
    insertion: partial(0.9, 0.8, removal - 0.01),
    dominant_bound: partial(0.85, 0.75, removal - 0.05),
    main_product_removal: partial(0.87, 0.78, null),
    "main_product_removal S_max": partial(0.77, 0.6, largest - 0.02),
    acts_product: partial(0.7, 0.6, 0.1),
    B5c: partial(0.88, 0.77, 0.01),
    B5: partial(0.6, null, 0),
  };
  const rows = ["GT2", "KL", "dloss"].flatMap((truth) =>
    Object.entries(metrics).map(([metric, partial]) => ({
      ...{ metric, truth, partial, withoutTwins: partial },
      orders: { kendall: 0.5, precision: 0.6, ndcg: 0.9 },
    }))
  );
  const intervals = (["documents", "pairs"] as const).flatMap((over) =>
    ["removal", "removal S_max"].flatMap((metric) =>
      ["GT2", "KL"].flatMap((truth) =>
        ["raw", "A", "B", "B, largest"].map((set) => {
          const coefficient = metrics[metric as "removal"][set as "raw"];
          const ends = { low: coefficient - 0.05, high: Math.min(1, coefficient + 0.05) };
          return { over, metric, truth, set, coefficient, ...ends };
        })
      )
    )
  );
  const all = <T>(value: T) => ({ GT2: value, KL: value, dloss: value });
  return {
    ...{ name, rows, intervals },
    reliability: all({ half: 0.9, whole: 0.95 }),
    r2: all({ controls: 0.7, withMetrics: 0.8 }),
  };
}

function made(
  { blocks, both, second = both }: {
    blocks: [Planted, Planted];
    both: Planted;
    second?: Planted;
  },
): Agreement {
  const coder = (number: number): CoderAgreement => ({
    ...{
      coder: "mlp",
      number,
      sample: "whole",
      pairs: 400,
      twins: 3,
      instances: 6400,
      documents: 90,
      head: 100,
    },
    ...{ d_mlp: 256, d_model: 64, active: 12 },
    cases: [
      ...blocks.map((planted, block) => caseOf(`block ${block}`, planted)),
      caseOf("joint", number > 0 ? second : both),
    ],
    points: [{ case: "joint", removal: [0.1, 1, 0], B5c: [2, 3, 4], GT2: [0.3, 2, 1] }],
  });
  return expectForm("read", { coders: [coder(0), coder(1)] }, AGREEMENT);
}

const strong = { removal: 0.5, largest: 0.3 }, none = { removal: 0.03, largest: 0.04 };
const run = (agreement: Agreement) => ({ agreement }) as unknown as InteractionsResults;

Deno.test("oneLayer() asks every block but the last, and names what holds no interaction beside it", () => {
  const of = (...blocks: [Planted, Planted]) => oneLayer(made({ blocks, both: none }));
  assertEquals(of(strong, none).verdict, "replicated");
  assertEquals(of(none, strong).verdict, "not replicated");
  const { text } = of(strong, none);
  assertStringIncludes(
    text,
    "block 0 0.50 ± 0.00. f_i f_j, which holds no interaction, has 0.10",
  );
  assertStringIncludes(text, "R² of ranks by 0.10");
  assertStringIncludes(
    text,
    "Best of the local metrics on the first dictionary: block 0 removal 0.50 at 32,768 FLOP",
  );
  assertStringIncludes(text, "keep 0.77: that control");
  assertStringIncludes(text, "At block 1 all of it is: 0.03 ± 0.00");
});

Deno.test("joint() holds maxima against those of main effects, and chooses on the first dictionary", () => {
  const of = (both: Planted, second?: Planted) =>
    joint(made({ blocks: [none, none], both, second }));
  assertEquals(of(none).verdict, "not replicated");
  // 0.18 alone, 0.09 with the largest main effects held fixed too
  assertEquals(of({ removal: 0, largest: 0.18 }).verdict, "not replicated");
  const { verdict, text } = of({ removal: 0, largest: 0.4 });
  assertEquals(verdict, "replicated");
  assertStringIncludes(text, "removal, S_max, by dictionary 0.20 (0.15 to 0.25), 0.20");
  assertStringIncludes(text, "largest product of main effects has 0.38, 0.38, removal, S_max 0.40");
  assertEquals(of({ removal: 0.12, largest: 0.04 }).verdict, "replicated");
  // the second dictionary's best is another score than the first's
  assertEquals(
    of({ removal: 0.12, largest: 0.04 }, { removal: 0, largest: 0.6 }).verdict,
    "in part",
  );
});

Deno.test("joint() leaves open what one dictionary says", () => {
  const { coders } = made({ blocks: [none, none], both: strong });
  assertEquals(joint({ coders: coders.slice(0, 1) }).verdict, "undecided");
});

Deno.test("interactions-agreement leaves out what has no logarithm and no coefficient", async () => {
  const { spec, lines } = agreement.draw(run(made({ blocks: [strong, none], both: none })), {});
  const [scatter, bars] = spec as Drawing[];
  await renderSvg(scatter.spec);
  const points = JSON.stringify(scatter.spec).match(/"x":[\d.]+,"y":[\d.]+/g)!;
  assertEquals(points.length, 5); // two scores of three pairs, one of them 0
  const svg = await renderSvg(bars.spec);
  // two cases, nine metrics of three coefficients each, two of which the controls hold
  assertEquals(svg.match(/aria-roledescription="point"/g)!.length, 2 * (9 * 3 - 2));
  assertStringIncludes(svg, "Ablated: block 0"); // at block 1, the last, ablation is the metric itself
  const [line, last] = [0, 1].map((block) =>
    lines.find(({ name }) => name === `block ${block}, GT2: removal, B`)!
  );
  const own = "± 0.00 over 2 dictionaries; the first one has 0.50 " +
    "(95 %: 0.45 to 0.55 over documents, 0.45 to 0.55 over pairs)";
  assertEquals([line.ours, line.interval, line.note], [0.5, undefined, own]);
  assertStringIncludes(last.note, "the ablation is this metric on other text");
});

Deno.test("interactions-agreement-table has a row a metric, with its cost and both kinds of interval", async () => {
  const planted = made({ blocks: [strong, none], both: none });
  const { spec, lines } = agreementTable.draw(run(planted), {});
  const [table, intervals] = await Promise.all(
    (spec as Drawing[]).map(({ spec }) => renderSvg(spec)),
  );
  for (const text of ["32,768", ".90 .80 .50", ".87 .78 –", ".60 – .00"]) {
    assertStringIncludes(table, text);
  }
  assertStringIncludes(intervals, ".50 [.45, .55]");
  assertStringIncludes(intervals, "removal, over pairs");
  const line = lines.find(({ name }) => name === "mlp, block 0: removal, B, without twins")!;
  assertEquals([line.ours, line.note], [0.5, "3 of 400 pairs are one feature twice"]);
  assert(lines.some(({ name, note }) => name.includes("R² of ranks") && note.includes("0.70")));
});
