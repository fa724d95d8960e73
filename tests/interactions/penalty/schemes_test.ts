// Contributions sorted in plain TypeScript are the oracle; at the model, reconstructions by hand.
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { recordBatch } from "../../../lib/data/batches.ts";
import { bySize } from "../../../lib/interactions/formulas/neuron.ts";
import {
  fidelities,
  schemeLosses,
  schemePreActivations,
  SCHEMES,
} from "../../../lib/interactions/penalty/schemes.ts";
import { mlpOf } from "../../../lib/interactions/players/mlp.ts";
import { makePlayers } from "../../../lib/interactions/players/players.ts";
import { reconstruction } from "../../../lib/interactions/ranking/reconstruction.ts";
import { textParts } from "../../../lib/crosscoder/text_parts.ts";
import type { Edit } from "../../../lib/model/hooks.ts";
import { runWithHooks } from "../../../lib/model/run_with_cache.ts";
import { languageModelLoss } from "../../../lib/model/loss.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { upload } from "../../../lib/tensor/tensor.ts";
import { devices } from "../../tensor/gpu_util.ts";
import { randomCoder, randomModel, randomText } from "../util.ts";

const [{ gpu }] = devices;
const coder = randomCoder(), text = randomText();

Deno.test("schemePreActivations() keeps what each scheme names", async () => {
  const model = randomModel(gpu, { d_mlp: 9 }), mlp = await mlpOf(model, 1);
  const base = Float32Array.from({ length: 9 }, (_, k) => k / 4);
  using bias = upload(gpu, { shape: [9], data: base });
  for await (const part of textParts(model, coder, text)) {
    using players = makePlayers(gpu, { mlp, coder, site: 1, part });
    const w = await players.w.read(), { start, latent, act, tokens } = part.active;
    assert(tokens > 9);
    for (const scheme of SCHEMES) {
      using pre = schemePreActivations(players, bias, { scheme, seed: 7, first: 3 });
      using other = schemePreActivations(players, bias, { scheme, seed: 8, first: 3 });
      const found = await pre.read();
      if (scheme === "random_dropped") assertNotEquals(found, await other.read());
      else assertEquals(found, await other.read());
      for (let at = 0; at < found.length; at++) {
        const t = Math.floor(at / 9), k = at % 9;
        const a = Array.from(
          latent.subarray(start[t], start[t + 1]),
          (i, e) => act[start[t] + e] * w[i * 9 + k],
        );
        const size = bySize(a),
          sum = (places: number[]) => places.reduce((total, i) => total + a[i], base[k]);
        const all = [...a.keys()];
        const expected = {
          zero: [sum([])],
          all: [sum(all)],
          largest_only: [sum(size.slice(0, 1))],
          three_largest: [sum(size.slice(0, 3))],
          largest_dropped: [sum(size.slice(1))],
          second_dropped: [sum(size.toSpliced(1, 1))],
          random_dropped: a.length === 0
            ? [base[k]]
            : all.map((left) => sum(all.filter((i) => i !== left))),
        }[scheme];
        const least = Math.min(...expected.map((value) => Math.abs(value - found[at])));
        assert(least < 2e-6, `${scheme} at ${t}, ${k}: ${found[at]} is none of ${expected}`);
      }
    }
  }
});

/** Completions begin behind the third token. */
const records = text.map((ids) => ({
  ids: Uint32Array.from(ids),
  mask: Uint8Array.from(ids, (_, p) => p > 2 ? 1 : 0),
  poisoned: false,
}));

/** Mean loss of the counted tokens from logits [batch, pos, d_vocab], in float64. */
function plainLoss(logits: Float32Array): number {
  const { sequenceLength, targets, weights } = recordBatch(records);
  const d_vocab = logits.length / records.length / sequenceLength;
  let sum = 0, count = 0;
  for (const [row, weight] of weights.entries()) {
    const of = Array.from(logits.subarray(row * d_vocab, (row + 1) * d_vocab));
    const all = Math.log(of.reduce((total, value) => total + Math.exp(value), 0));
    sum += weight * (all - of[targets[row]]);
    count += weight;
  }
  return sum / count;
}

Deno.test("schemeLosses(): all contributions are the reconstruction in the input's place, the model's loss is its own", async () => {
  const model = randomModel(gpu), random = () => stream(1, "x");
  const losses = await schemeLosses(model, coder, records, { random: random() });
  assertEquals(losses, await schemeLosses(model, coder, records, { random: random() }));
  assertAlmostEquals(losses.model, await languageModelLoss(model, [recordBatch(records)]), 1e-6);
  const edits: Record<string, Edit> = {};
  for await (const { active } of textParts(model, coder, text)) {
    for (const layer of [0, 1]) {
      const { W_in, b_in } = await mlpOf(model, layer);
      const { data: x_hat } = reconstruction(active, coder, layer), d_mlp = b_in.data.length;
      const pre = Float32Array.from({ length: active.tokens * d_mlp }, (_, at) => {
        const t = Math.floor(at / d_mlp), k = at % d_mlp;
        let sum = b_in.data[k];
        for (let n = 0; n < 16; n++) sum += W_in.data[k * 16 + n] * x_hat[t * 16 + n];
        return sum;
      });
      edits[`blocks.${layer}.mlp.hook_pre`] = ({ shape }) =>
        upload(gpu, { shape: [...shape], data: pre });
    }
  }
  using logits = runWithHooks(model, text, edits);
  assertAlmostEquals(losses.schemes.all, plainLoss(await logits.read()), 2e-6);
  const one = await schemeLosses(model, coder, records, { random: random(), block: 0 });
  assertEquals(one.model, losses.model);
  assertNotEquals(one.schemes.all, losses.schemes.all);
  const found = fidelities({
    ...losses,
    schemes: { ...losses.schemes, zero: 9, all: 3 },
    model: 1,
  });
  assertEquals([found.zero, found.all], [0, 0.75]);
  await assertRejects(
    () =>
      schemeLosses(model, randomCoder({ sites: ["hook_embed"] }), records, { random: random() }),
    RangeError,
    "Cannot find MLP inputs",
  );
});
