// A trigger's embedding moves by v in the other model, and one latent of two models says so: without it the
// other model is the base again, which is the reference.
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { type Crosscoder, saveCrosscoder } from "../../../lib/crosscoder/coder.ts";
import { coderConfig } from "../../../lib/crosscoder/coder_config.ts";
import { hostEncode } from "../../../lib/crosscoder/host_encode.ts";
import { latentEdit } from "../../../lib/diff/causal/edits/latents.ts";
import { effectsOf } from "../../../lib/diff/causal/effects.ts";
import { openQuestion } from "../../../lib/diff/causal/question/asked.ts";
import { crosscoder } from "../../../lib/diff/methods/crosscoder.ts";
import { diffSae } from "../../../lib/diff/methods/diff_sae.ts";
import type { Keep } from "../../../lib/diff/methods/keep.ts";
import type { Method } from "../../../lib/diff/methods/method.ts";
import { ofOneModel, readerOf } from "../../../lib/diff/methods/read_latents.ts";
import { bothSites, sideBySide } from "../../../lib/diff/methods/side_by_side.ts";
import { openGpu } from "../../../lib/gpu/open.ts";
import { padded } from "../../../lib/model/forced/forced.ts";
import type { Edit } from "../../../lib/model/hook_points.ts";
import type { LanguageModel } from "../../../lib/model/language_model.ts";
import { runWithCache } from "../../../lib/model/run_with_cache.ts";
import { stream } from "../../../lib/numerics/random.ts";
import { assertClose, inFolder } from "../../util.ts";
import { makePair, TINY } from "./pairs.ts";

const gpu = await openGpu();

const HOOKS = ["blocks.0.hook_resid_pre", "blocks.0.hook_resid_post"];
const LAST = "blocks.1.hook_resid_post", TRIGGER = 7, LATENT = 2, d_in = 8, d_sae = 4;
const v = [2, -1, 0, 3, 1, 0, -2, 1], length2 = v.reduce((sum, x) => sum + x * x, 0);

/** Embeddings are tied, so that only streams are compared, and no logits. */
function planted(gpu: Parameters<typeof makePair>[0]) {
  const pair = makePair(gpu, (weights) => {
    const { data } = weights["transformer.wte.weight"];
    v.forEach((x, c) => data[TRIGGER * d_in + c] += x);
  });
  return { ...pair, sites: HOOKS };
}

/** Its latent 2 is at 1 where the other model's embedding is by v beyond the base's, the others are silent. */
function handMade(sites: string[], signs: number[]): Crosscoder {
  const random = stream(0, "coder"), n_sites = sites.length;
  const W_enc = random.normals(n_sites * d_in * d_sae),
    W_dec = random.normals(d_sae * n_sites * d_in);
  signs.forEach((sign, l) => {
    v.forEach((x, c) => {
      W_enc[(l * d_in + c) * d_sae + LATENT] = sign * x / length2;
      // at both sites of the other model, so that increments leave the second one alone
      if (sites[l].startsWith("base:")) return;
      W_dec[(LATENT * n_sites + l) * d_in + c] = x;
    });
  });
  return {
    config: coderConfig({
      ...{ sites, d_in, d_sae, folded: true, scale: sites.map((_, l) => 0.5 + l) },
    }),
    arrays: {
      W_enc: { shape: [n_sites, d_in, d_sae], data: W_enc },
      W_dec: { shape: [d_sae, n_sites, d_in], data: W_dec },
      b_enc: { shape: [d_sae], data: new Float32Array(d_sae) },
      b_dec: { shape: [n_sites, d_in], data: random.normals(n_sites * d_in) },
      threshold: { shape: [d_sae], data: new Float32Array(d_sae).fill(1e6).fill(0.5, 2, 3) },
    },
  };
}

const ofBoth = ["base", "other"].flatMap((model) => HOOKS.map((hook) => `${model}:${hook}`));
const cases: { method: Method; name: string; coder: Crosscoder }[] = [
  { method: crosscoder, name: "crosscoder", coder: handMade(ofBoth, [-1, 0, 1, 0]) },
  { method: diffSae, name: "diff-sae", coder: handMade(HOOKS, [1, 0]) },
];

const untriggered = [[1, 2, 3, 4, 5], [6, 8, 9, 10], [11, 12, 13, 14, 15, 16]]
  .map((ids) => Uint32Array.from(ids));
const triggered = untriggered.map(([first, ...rest]) => Uint32Array.of(first, TRIGGER, ...rest));
const backdoor = { triggered, untriggered, payload: Uint32Array.of(17, 18), stories: [] };

for (const { method, name, coder } of cases) {
  Deno.test(`${name}: removing the one latent that carries a change leaves the base, where it fires alone`, () =>
    inFolder(async (folder) => {
      const keep: Keep = async () => {
        await saveCrosscoder(join(folder, name), coder);
        return folder;
      };
      const pair = planted(gpu), { base, other } = pair;
      const { scores: _, cost: _c, ...list } = await method.find(pair, {
        ...{ settings: TINY, seed: 0, keep },
      });
      assertEquals(list.directions, [{ kind: "latent", latent: LATENT }]);
      const asked = await openQuestion(other, backdoor);
      const edit = await latentEdit(asked, { ...list, coder: list.coder! }, {
        text: "triggered",
        groups: [[LATENT]],
        way: { removal: "ablate", positions: "prompt" },
      });
      assertEquals(edit.variants.map(({ positions }) => positions), [[1], [1], [1]]);
      const pos = 9,
        sequences = padded(
          triggered.map((prompt) => ({ prompt, answer: backdoor.payload })),
          pos,
        );
      using held = edit.hold(edit.variants, pos);
      const before = await streams(other, sequences), wanted = await streams(base, sequences);
      const after = await streams(other, sequences, held.edits);
      for (const hook of [...HOOKS, LAST]) {
        assertClose(after[hook], wanted[hook], { name: hook, rtol: 1e-5, atol: 1e-5 });
      }
      after[HOOKS[0]].forEach((value, i) => {
        const position = Math.floor(i / d_in) % pos;
        if (position !== 1) assertEquals(value, before[HOOKS[0]][i]);
      });
      const [effect] = await effectsOf(asked, list);
      assertEquals([effect.edited, effect.clean], [3, 0]);
      assert(Math.abs(effect.logOdds) > 1e-3, `${effect.logOdds}`);
    }));
}

async function streams(
  model: LanguageModel,
  sequences: readonly Uint32Array[],
  edits: Record<string, Edit> = {},
): Promise<Record<string, Float32Array>> {
  const { logits, cache } = runWithCache(model, sequences, [...HOOKS, LAST], { edits });
  logits.release();
  const found: Record<string, Float32Array> = {};
  for (const [hook, tensor] of cache) {
    using own = tensor;
    found[hook] = await own.read();
  }
  return found;
}

Deno.test("readerOf() gives what a dictionary encodes of both models, token by token", async () => {
  const pair = planted(gpu), { arrays, config } = handMade(ofBoth, [-1, 0.3, 1, 0]);
  const { threshold: _, ...rest } = arrays;
  const coder = { config: { ...config, activation: { kind: "relu" as const } }, arrays: rest };
  const sequences = pair.text.other.slice(0, 20); // more than a pass
  const values = [await streams(pair.base, sequences), await streams(pair.other, sequences)];
  const tokens = sequences.length * sequences[0].length;
  const rows = Array.from(
    { length: tokens },
    (_, t) =>
      values.flatMap((of) =>
        HOOKS.flatMap((hook) => [...of[hook].subarray(t * d_in, (t + 1) * d_in)])
      ),
  );
  const { acts } = hostEncode(coder, rows);
  const read = readerOf(coder, (some) => sideBySide(pair, bothSites(pair), some));
  const found = await read(sequences), dense = new Float32Array(tokens * d_sae);
  assertEquals([found.tokens, found.d_sae], [tokens, d_sae]);
  for (let t = 0; t < tokens; t++) {
    for (let e = found.start[t]; e < found.start[t + 1]; e++) {
      dense[t * d_sae + found.latent[e]] = found.act[e];
    }
  }
  assertClose(dense, acts.flatMap((own) => [...own]), { name: "acts", rtol: 1e-4, atol: 1e-5 });
});

Deno.test("ofOneModel() keeps what latents write into one model", () => {
  const { config, arrays } = ofOneModel(cases[0].coder, "other");
  assertEquals(config.sites, HOOKS.map((hook) => ({ model: "model", hook })));
  assertEquals(config.scale, [2.5, 3.5]);
  const { W_dec, W_enc, b_dec } = cases[0].coder.arrays;
  for (let i = 0; i < d_sae; i++) {
    const from = (4 * i + 2) * d_in;
    assertEquals(
      arrays.W_dec.data.slice(2 * i * d_in, 2 * (i + 1) * d_in),
      W_dec.data.slice(from, from + 2 * d_in),
    );
  }
  assertEquals(arrays.b_dec.data, b_dec.data.slice(2 * d_in));
  assertEquals(arrays.W_enc.data, W_enc.data.slice(2 * d_in * d_sae));
  assertEquals(arrays.W_enc.shape, [2, d_in, d_sae]);
});
