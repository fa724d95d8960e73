import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { blockForm } from "../../../lib/interactions/attention/block_form.ts";
import { measureAttention } from "../../../lib/interactions/attention/blocks.ts";
import { chooseEdges, drawPairEdges } from "../../../lib/interactions/attention/edge_sample.ts";
import { edgeAgreement } from "../../../lib/interactions/attention/edge_agreement.ts";
import { drawEdges } from "../../../lib/interactions/attention/edges.ts";
import { SCORE_PARTS } from "../../../lib/interactions/attention/score_parts.ts";
import { scoreShares } from "../../../lib/interactions/attention/score_shares.ts";
import { gatedValues, valueNorms } from "../../../lib/interactions/attention/value_features.ts";
import { hostAttention } from "../../../lib/interactions/attention/truth.ts";
import {
  gatedValue,
  valueContribution,
} from "../../../lib/interactions/formulas/value_features.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { joinActive } from "../../../lib/interactions/players/active_text.ts";
import { expectForm } from "../../../lib/io/form.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { tinyAttentionOnly, tinyCoder, tinyNeo, tinyText, withPlayers } from "./tiny_attention.ts";

const gpu = await openGpu();

Deno.test("chooseEdges() takes as many edges from every decile, and the rest from the strongest", () => {
  const values = Float64Array.from({ length: 1000 }, (_, n) => (n * 7919) % 1000); // 0 .. 999 in disorder
  const { stratified, top } = chooseEdges(values, { edges: 200, top: 150 }, {
    random: stream(0, "edges"),
  });
  const deciles = new Array(10).fill(0);
  for (const at of stratified) deciles[Math.floor(values[at] / 100)]++;
  assertEquals(deciles, new Array(10).fill(10));
  assertEquals([new Set(stratified).size, new Set(top).size], [100, 100]);
  assert(top.every((at) => values[at] >= 850));
  assertThrows(
    () => chooseEdges(values, { edges: 400, top: 150 }, { random: stream(0, "edges") }),
    RangeError,
    "draw more candidates",
  );
});

Deno.test("drawPairEdges() gives every pair its own edges, each once, and counts them all", () => {
  const random = stream(0, "acts"), pos = 8, d_sae = 6;
  const acts = Float32Array.from(
    { length: 5 * pos * d_sae },
    () => random.uniform() < 0.5 ? 1 + random.uniform() : 0,
  );
  const halves = [acts.slice(0, 2 * pos * d_sae), acts.slice(2 * pos * d_sae)].map((part) =>
    activeLatents(part, d_sae)
  );
  const active = joinActive(halves);
  assertEquals(active, activeLatents(acts, d_sae));
  const causal = { pos, window: 5 };
  const candidates = drawEdges(active, causal, { count: 200, random: stream(0, "candidates") });
  const draws = stream(0, "pairs");
  const { edges, pair, count } = drawPairEdges(active, causal, {
    candidates,
    sizes: { pairs: 7, perPair: 4 },
    random: draws,
  });
  assertEquals([pair.length, count.length, Math.max(...pair)], [28, 7, 6]);
  for (let p = 0; p < 7; p++) {
    const own = Array.from(pair, (_, e) => e).filter((e) => pair[e] === p);
    assertEquals(new Set(own.map((e) => `${edges.i[e]} ${edges.j[e]}`)).size, 1);
    assertEquals(new Set(own.map((e) => `${edges.q[e]} ${edges.k[e]}`)).size, 4);
    let met = 0;
    for (let q = 0; q < 5 * pos; q++) {
      for (let k = Math.max(q - 4, Math.floor(q / pos) * pos); k < q; k++) {
        if (acts[q * d_sae + edges.i[own[0]]] > 0 && acts[k * d_sae + edges.j[own[0]]] > 0) met++;
      }
    }
    assertEquals(count[p], met);
    for (const e of own) {
      assert(acts[edges.q[e] * d_sae + edges.i[e]] === edges.f_i[e] && edges.k[e] < edges.q[e]);
    }
  }
  assertThrows(
    () =>
      drawPairEdges(active, causal, {
        candidates,
        sizes: { pairs: 7, perPair: 500 },
        random: draws,
      }),
    RangeError,
    "expected 7 pairs with 500 edges but found 0",
  );
});

Deno.test("scoreShares() divides the centred score, gauge beside it", () => {
  const products = (of: Partial<Record<typeof SCORE_PARTS[number], number>>) => {
    const data = new Float64Array(81);
    SCORE_PARTS.forEach((name, p) => data[p * 10] = of[name] ?? 0);
    return data;
  };
  const centred = products({ "feature x feature": 6, "bias x feature": 3, "error x error": 1 });
  const uncentred = products({ "feature x feature": 10, "bias x bias": 90 });
  const shares = scoreShares({ rows: 1, centred: [centred], uncentred: [uncentred] });
  assertEquals(shares, { features: 0.6, keyOnly: 0.3, queryError: 0.1, keyError: 0, gauge: 0.9 });
  const flat = { rows: 1, centred: [products({})], uncentred: [uncentred] };
  assertThrows(() => scoreShares(flat), RangeError, "rows whose scores differ");
});

Deno.test("edgeAgreement() tells a score that holds interaction from one that holds main effects alone", () => {
  const random = stream(0, "agreement"), n = 400, noise = () => Math.exp(0.3 * random.normal());
  const column = () => Float64Array.from({ length: n }, () => Math.exp(random.normal()));
  const query_effect = column(), key_effect = column(), own = column(), attended = column();
  const four_point = own.map((x, e) => x * query_effect[e] * key_effect[e]);
  const metrics = {
    attended,
    first_order: four_point.map((x) => x * noise()),
    main: query_effect.map((m, e) => m * key_effect[e] * noise()),
  };
  const document = Uint32Array.from({ length: n }, (_, e) => e % 20);
  const found = edgeAgreement(metrics, { four_point, query_effect, key_effect }, {
    document,
    seed: 0,
    resamples: 50,
  });
  const of = Object.fromEntries(found.map((row) => [row.metric, row]));
  assert(of.main.raw > 0.6 && Math.abs(of.main.partial!) < 0.2, JSON.stringify(of.main));
  assert(of.first_order.partial! > 0.8 && of.first_order.low! > 0.7 && of.first_order.high! < 1);
  assertEquals([of.attended.partial, of.main_effects.partial, of.main_effects.low], [
    null,
    null,
    null,
  ]);
});

Deno.test("gatedValues() are the third order of edge and value, head by head", async () => {
  await withPlayers(tinyNeo(gpu), 1, async (players) => {
    const { active, pos, weights: { heads } } = players,
      { n_heads, d_head, d_model, window, W_O } = heads;
    const edges = drawEdges(active, { pos, window }, { count: 5, random: stream(0, "gates") });
    const host = await hostAttention(players), pattern = await players.pattern.read();
    const width = n_heads * d_head, norms = valueNorms(host);
    for (let e = 0; e < 5; e++) {
      const [q, k] = [edges.q[e], edges.k[e]];
      for (const { latent, norm } of gatedValues(host, active, { edges, e })) {
        const act = (await players.acts.read())[k * 12 + latent];
        const sum = new Float64Array(d_model);
        for (let h = 0; h < n_heads; h++) {
          const rows = Array.from(
            { length: d_head },
            (_, c) => W_O.data.slice((h * d_head + c) * d_model, (h * d_head + c + 1) * d_model),
          );
          const at = h * d_head;
          const d = host.V.slice(latent * width + at, latent * width + at + d_head); // d_m W_V, so that W_OV is W_O
          let omega = 0;
          for (let c = at; c < at + d_head; c++) {
            omega += host.Q[edges.i[e] * width + c] * host.K[edges.j[e] * width + c];
          }
          const A = pattern[((Math.floor(q / pos) * n_heads + h) * pos + q % pos) * pos + k % pos];
          const gate = { A, gamma: omega * edges.f_i[e] * edges.f_j[e] };
          gatedValue(gate, { act, d, W_OV: rows }).forEach((x, c) => sum[c] += x);
          const alone = valueContribution(1, { act: 1, d, W_OV: rows });
          assertAlmostEquals(norms[h][latent], Math.hypot(...alone), 1e-5);
        }
        assertAlmostEquals(norm, Math.hypot(...sum), 1e-6);
      }
    }
  });
});

const SMALL = { candidates: 300, edges: 40, top: 60, pairs: 6, perPair: 3, resamples: 5 };

Deno.test("measureAttention() reports every block, the same each time, and no bound is violated", async () => {
  const model = tinyNeo(gpu), coder = tinyCoder(model);
  const steps: number[] = [];
  const step = (done: number, total: number) => steps.push(done / total);
  const blocks = await measureAttention(model, coder, tinyText(), { ...SMALL, seed: 0, step });
  assertEquals(blocks.map(({ layer }) => layer), [0, 1]);
  for (const block of blocks) {
    expectForm("read a block", JSON.parse(JSON.stringify(block)), blockForm);
    const { features, keyOnly, queryError, keyError } = block.shares;
    assertAlmostEquals(features + keyOnly + queryError + keyError, 1, 1e-4);
    for (const { of, violations, ratio } of Object.values(block.bounds)) {
      assertEquals([of, violations], [40 + 18, 0]);
      assert(ratio > 1);
    }
    const frozen = block.samples.find(({ sample, truth }) =>
      sample === "stratified" && truth === "frozen"
    )!;
    const { raw } = frozen.agreement.find(({ metric }) => metric === "exact_removal")!;
    assert(raw > 0.3, `${raw}`);
  }
  assertEquals(steps.at(-1), 1);
  assertEquals(await measureAttention(model, coder, tinyText(), { ...SMALL, seed: 0 }), blocks);
  const other = await measureAttention(model, coder, tinyText(), { ...SMALL, seed: 1 });
  assert(JSON.stringify(other) !== JSON.stringify(blocks));
});

Deno.test("measureAttention() takes the attention-only architecture, and says what it cannot take", async () => {
  const model = tinyAttentionOnly(gpu), coder = tinyCoder(model);
  const [block] = await measureAttention(model, coder, tinyText(), { ...SMALL, seed: 0 });
  assertEquals([block.n_heads, block.bounds.edge.violations], [1, 0]);
  const neo = tinyNeo(gpu);
  await assertRejects(
    () => measureAttention(neo, coder, tinyText(), { ...SMALL, seed: 0 }),
    RangeError,
    "expected a crosscoder with the site blocks.0.ln1.hook_normalized but found blocks.0.hook_resid_pre",
  );
  await assertRejects(
    () => measureAttention(model, coder, tinyText(), { ...SMALL, pairs: 5, seed: 0 }),
    RangeError,
    "expected pairs to be a whole number from 6",
  );
  await assertRejects(
    () => measureAttention(model, coder, tinyText(), { ...SMALL, edges: 4000, top: 4000, seed: 0 }),
    RangeError,
    "draw more candidates or ask for fewer edges",
  );
});
