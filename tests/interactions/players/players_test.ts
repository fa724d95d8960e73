// The model's own hooks are the oracle: what the folded MLP reads, what its hidden layer is, what it writes.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { hostEncode } from "../../../lib/crosscoder/host_encode.ts";
import { activeText } from "../../../lib/interactions/players/active_text.ts";
import { activeLatents } from "../../../lib/crosscoder/active_latents.ts";
import { mlpOf, mlpSites } from "../../../lib/interactions/players/mlp.ts";
import { makePlayers } from "../../../lib/interactions/players/players.ts";
import { textParts } from "../../../lib/crosscoder/text_parts.ts";
import { attentionOnly } from "../../../lib/model/architectures/attention_only.ts";
import { createModel } from "../../../lib/model/language_model.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { readTensors } from "../../../lib/tensor/read.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { assertClose } from "../../util.ts";
import { hostPlayers, randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;
const coder = randomCoder(), text = randomText();

Deno.test("mlpOf() folds the norm's weights in: W_in x + b_in is hook_pre, W_outᵀ hook_post + b_out what the MLP writes", async () => {
  const model = randomModel(gpu);
  const names = ["ln2.hook_normalized", "mlp.hook_pre", "mlp.hook_post", "hook_mlp_out"];
  for (const layer of [0, 1]) {
    const { cache } = runWithCache(model, text, names.map((name) => `blocks.${layer}.${name}`));
    const [x, pre, post, out] = await readTensors([...cache.values()]);
    const { W_in, b_in, W_out, b_out, activation } = await mlpOf(model, layer);
    const [d_mlp, d_model] = W_in.shape;
    assertEquals([activation, d_mlp, d_model], ["gelu_new", 37, 16]);
    const z = pre.map((_, at) => {
      const k = at % d_mlp, row = Math.floor(at / d_mlp) * d_model;
      return b_in.data[k] +
        Array.from({ length: d_model }).reduce(
          (sum: number, _, j) => sum + W_in.data[k * d_model + j] * x[row + j],
          0,
        );
    });
    assertClose(z, pre, { name: "z", rtol: 1e-5 });
    const written = out.map((_, at) => {
      const j = at % d_model, row = Math.floor(at / d_model) * d_mlp;
      return b_out.data[j] +
        Array.from({ length: d_mlp }).reduce(
          (sum: number, _, k) => sum + W_out.data[k * d_model + j] * post[row + k],
          0,
        );
    });
    assertClose(written, out, { name: "out", rtol: 1e-5 });
  }
});

Deno.test("activeText() is the active latents of the parts, one behind the other", async () => {
  const model = randomModel(gpu), many = randomText(19);
  const { start, latent, act, tokens } = await activeText(model, coder, many);
  assertEquals([tokens, start.length], [133, 134]);
  for await (const { first, active } of textParts(model, coder, many, { sequences: 5 })) {
    for (let t = 0; t < active.tokens; t++) {
      const own = (
        values: Uint32Array | Float32Array,
      ) => [...values.subarray(active.start[t], active.start[t + 1])];
      const all = (
        values: Uint32Array | Float32Array,
      ) => [...values.subarray(start[first + t], start[first + t + 1])];
      assertEquals(all(latent), own(active.latent));
      assertClose(all(act), own(active.act), { name: "act", rtol: 1e-5, atol: 1e-6 });
    }
  }
});

Deno.test("textParts() reads a text part by part, as the crosscoder encodes it on the CPU", async () => {
  const model = randomModel(gpu), hooks = coder.config.sites.map(({ hook }) => hook);
  const { cache } = runWithCache(model, text, hooks);
  const whole = await readTensors(hooks.map((hook) => cache.get(hook)!));
  const firsts: number[] = [];
  for await (const { first, pos, active, x } of textParts(model, coder, text, { sequences: 2 })) {
    firsts.push(first);
    assertEquals(pos, 7);
    const read = await readTensors(x);
    const rows = Array.from(
      { length: active.tokens },
      (_, t) => read.flatMap((site) => [...site.slice(16 * t, 16 * t + 16)]),
    );
    read.forEach((site, s) =>
      assertClose(site, whole[s].slice(16 * first, 16 * (first + active.tokens)), {
        name: "x",
        rtol: 1e-6,
      })
    );
    const { acts } = hostEncode(coder, rows);
    const found = acts.map((row) => row.map(() => 0));
    for (let t = 0; t < active.tokens; t++) {
      for (let e = active.start[t]; e < active.start[t + 1]; e++) {
        found[t][active.latent[e]] = active.act[e];
      }
    }
    assertClose(found.flatMap((row) => [...row]), acts.flatMap((row) => [...row]), {
      name: "acts",
      rtol: 1e-5,
      atol: 1e-6,
    });
  }
  assertEquals(firsts, [0, 14]);
});

for (const { gpu, name } of devices) {
  Deno.test(`makePlayers(): z is the model's pre-activation, c what active latents leave of it, ${name}`, async () => {
    const model = randomModel(gpu);
    for await (const part of textParts(model, coder, text)) {
      // One token without any latent, one with a single one: both must be left as they are.
      part.active.start.fill(part.active.start[2], 0, 3);
      part.active.latent = part.active.latent.slice(part.active.start[2]);
      part.active.act = part.active.act.slice(part.active.start[2]);
      part.active.start = part.active.start.map((at) => at - part.active.start[2]);
      for (const { layer, site } of mlpSites(model, coder)) {
        using players = makePlayers(gpu, { mlp: await mlpOf(model, layer), coder, site, part });
        const { cache } = runWithCache(model, text, [`blocks.${layer}.mlp.hook_pre`]);
        const [pre] = await readTensors([...cache.values()]);
        assertClose(await players.z.read(), pre, { name: "z", rtol: 1e-5 });
        const host = await hostPlayers(players);
        for (let t = 0; t < players.tokens; t++) {
          for (let k = 0; k < players.d_mlp; k++) {
            const { a, z, c } = host.neuron(t, k);
            assertEquals(a.length, part.active.start[t + 1] - part.active.start[t]);
            assert(Math.abs(z - a.reduce((x, y) => x + y, 0) - c) < 5e-6);
          }
        }
        const W_dec = coder.arrays.W_dec.data,
          w = await players.w.read(),
          { W_in } = await mlpOf(model, layer);
        const i = 3, k = 11;
        const dot = Array.from({ length: 16 }).reduce(
          (sum: number, _, j) => sum + W_in.data[16 * k + j] * W_dec[(2 * i + site) * 16 + j],
          0,
        );
        assert(Math.abs(dot - w[37 * i + k]) < 1e-5);
      }
    }
  });
}

Deno.test("players are refused with words: no MLP, no such block, no MLP input among the sites, another site, unfolded", async () => {
  const model = randomModel(gpu), mlp = await mlpOf(model, 1);
  await assertRejects(() => mlpOf(model, 2), RangeError, "a block from 0 to 1 but found 2");
  const sizes = { d_vocab: 4, d_model: 8, d_head: 8, n_layers: 1, n_heads: 1, n_ctx: 2 };
  const shapes = Object.entries(attentionOnly.shapes(sizes));
  const weights = Object.fromEntries(
    shapes.map(([key, shape]) => [key, {
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    }]),
  );
  const other = createModel(gpu, attentionOnly, sizes, weights);
  await assertRejects(
    () => mlpOf(other, 0),
    RangeError,
    "with MLPs that are not gated but found attention_only",
  );
  const elsewhere = {
    ...coder,
    config: {
      ...coder.config,
      sites: [{ model: "model", hook: "hook_embed" }, { model: "model", hook: "hook_pos_embed" }],
    },
  };
  assertThrows(
    () => mlpSites(model, elsewhere),
    RangeError,
    "blocks.1.ln2.hook_normalized among the sites of the crosscoder but found hook_embed",
  );
  for await (const part of textParts(model, coder, text)) {
    assertThrows(
      () => makePlayers(gpu, { mlp, coder, site: 0, part }),
      RangeError,
      "expected site 0 to be the input of this MLP, blocks.1.ln2",
    );
    const unfolded = { ...coder, config: { ...coder.config, folded: false } };
    assertThrows(
      () => makePlayers(gpu, { mlp, coder: unfolded, site: 1, part }),
      RangeError,
      "a folded crosscoder",
    );
    const active = { ...part.active, latent: part.active.latent.toReversed() };
    assertThrows(
      () => makePlayers(gpu, { mlp, coder, site: 1, part: { ...part, active } }),
      RangeError,
      "latents that rise within a token",
    );
    const act = part.active.act.map((value, e) => e === 1 ? -value : value);
    assertThrows(
      () =>
        makePlayers(gpu, {
          mlp,
          coder,
          site: 1,
          part: { ...part, active: { ...part.active, act } },
        }),
      RangeError,
      "finite activations of at least 0",
    );
    assertThrows(
      () => makePlayers(gpu, { mlp, coder: randomCoder({ d_sae: 9 }), site: 1, part }),
      RangeError,
      "active latents of a crosscoder of d_sae 9 but found those of 14",
    );
  }
});

Deno.test("activeLatents() refuses activations that are no numbers, which would look like latents that do not fire", () => {
  assertThrows(
    () => activeLatents(Float32Array.of(0, NaN, 1, 0), 2),
    RangeError,
    "Cannot list active latents: expected finite numbers but found NaN at 1 of 4",
  );
});
