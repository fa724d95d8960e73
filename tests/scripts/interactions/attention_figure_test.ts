import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { measureAttention } from "../../../lib/interactions/attention/blocks.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { attention } from "../../../scripts/interactions/figures/attention.ts";
import { attentionFinding } from "../../../scripts/interactions/findings.ts";
import { tinyCoder, tinyNeo, tinyText } from "../../interactions/attention/tiny_attention.ts";

const SIZES = { candidates: 300, edges: 40, top: 60, pairs: 6, perPair: 3, resamples: 5 };

Deno.test("interactions-attention draws a panel a block and one of all heads, with every number beside", async () => {
  using gpu = await openGpu();
  const model = tinyNeo(gpu);
  const blocks = await measureAttention(model, tinyCoder(model), tinyText(), { ...SIZES, seed: 0 });
  const results = { attention: { blocks } } as InteractionsResults;
  const { spec, lines } = attention.draw(results, {});
  const svg = await renderSvg(spec as Spec);
  for (
    const title of ["Block 0", "Block 1", "How many keys share a head", "participation 1 − ΣA²"]
  ) {
    assertStringIncludes(svg, title);
  }
  const named = Object.fromEntries(lines.map((line) => [line.name, line]));
  assertEquals(Object.keys(named).length, lines.length); // no number twice
  const pairs = named["block 1: pairs for 80 % of scores"];
  assertEquals([pairs.paper, pairs.difference], [90, undefined]); // of another model and dictionary
  const past = named["block 0: edges past their total-variation bound"];
  assertEquals([past.count, past.interval], [{ count: 0, of: 58 }, undefined]); // of a theorem
  const shares = ["feature x feature", "key features alone", "error node"]
    .map((part) => named[`block 0: centred score, ${part}`].ours!);
  assert(Math.abs(shares.reduce((sum, share) => sum + share) - 100) < 0.1, `${shares}`);

  const first = blocks[0].samples[0].agreement.find(({ metric }) => metric === "first_order")!;
  for (
    const [partials, verdict] of [[[0.3, 0.5], "replicated"], [[0.29, 0.5], "in part"], [
      [0.1, 0],
      "not replicated",
    ]] as const
  ) {
    const changed = structuredClone(results);
    changed.attention.blocks.forEach((block, at) => {
      block.samples[0].agreement.find(({ metric }) => metric === first.metric)!.partial =
        partials[at];
    });
    assertEquals(attentionFinding(changed).verdict, verdict);
  }
});
