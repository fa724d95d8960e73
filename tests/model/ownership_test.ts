// Who owns a tensor that a run takes, makes or hands out. A model of random weights; no fixture.
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { record } from "../../lib/gpu/program.ts";
import { gptNeoConfig } from "../../lib/model/architectures/gpt_neo/config.ts";
import { initialWeights } from "../../lib/model/architectures/gpt_neo/weights.ts";
import { generate } from "../../lib/model/generate.ts";
import { createGptNeo, type GptNeo } from "../../lib/model/architectures/gpt_neo.ts";
import { saveModel } from "../../lib/model/files.ts";
import { holdModel } from "../../lib/model/hold.ts";
import { logits } from "../../lib/model/language_model.ts";
import { type Edit, hookNames, makeHooks } from "../../lib/model/hooks.ts";
import { runWithCache, runWithHooks } from "../../lib/model/run_with_cache.ts";
import { languageModelLoss } from "../../lib/model/loss.ts";
import { stream } from "../../lib/numerics/random.ts";
import { add } from "../../lib/tensor/ops/arithmetic.ts";
import { crossEntropy } from "../../lib/tensor/ops/cross_entropy.ts";
import { createScatterIndex } from "../../lib/tensor/ops/embedding.ts";
import { reshape } from "../../lib/tensor/ops/reshape.ts";
import { keep } from "../../lib/tensor/scope.ts";
import { withGradients } from "../../lib/tensor/gradients.ts";
import { alias } from "../../lib/tensor/views.ts";
import { type Tensor, upload, uploadIds, zeros } from "../../lib/tensor/tensor.ts";
import { random } from "../util.ts";

const config = gptNeoConfig({ d_vocab: 50, d_model: 32, n_layers: 3, n_heads: 4, n_ctx: 32 });
const weights = initialWeights(config, stream(0, "ownership"), { std: 0.3 });
const clean = [[1, 2, 3, 4]], other = [[5, 6, 7, 8]];
const POST = "blocks.1.hook_resid_post";

async function withModel(run: (model: GptNeo, gpu: Gpu) => Promise<void> | void): Promise<void> {
  using gpu = await openGpu();
  await run(createGptNeo(gpu, config, weights), gpu);
}

const vector = (gpu: Gpu, seed = 1) => upload(gpu, { shape: [1, 4, 32], data: random(seed, 128) });

/** Bytes held after each of some runs; the first few fill the pool. */
async function heldBytes(gpu: Gpu, run: () => unknown, runs = 6): Promise<number[]> {
  const bytes = [];
  for (let i = 0; i < runs; i++) {
    await run();
    bytes.push(gpu.memory.bytes);
  }
  return bytes.slice(2);
}

const constant = (bytes: number[]) => assertEquals(new Set(bytes).size, 1, `${bytes}`);

Deno.test("runWithHooks() leaves a tensor that an edit returns to its maker, for every layer and every run", () =>
  withModel(async (model, gpu) => {
    using nothing = zeros(gpu, [1, 4, 32]);
    const run = () => runWithHooks(model, clean, { "blocks.*.hook_attn_out": () => nothing });
    const first = await run().read();
    assertEquals(await run().read(), first);
    assertEquals(await nothing.read(), new Float32Array(128));
    using unedited = runWithHooks(model, clean, {});
    assert((await unedited.read()).some((x, i) => x !== first[i]), "attention has an effect");
  }));

Deno.test("a cached activation keeps its numbers through runs that it is patched into", () =>
  withModel(async (model) => {
    const { cache, logits } = runWithCache(model, clean, [POST]);
    const patch = cache.get(POST)!, before = await patch.read();
    for (let i = 0; i < 3; i++) {
      using patched = runWithHooks(model, other, { [POST]: () => patch });
      assertEquals(await patched.read(), await logits.read());
      runWithCache(model, other, ["blocks.*.hook_resid_post"]).logits.release();
    }
    assertEquals(await patch.read(), before);
    patch.release();
    assertThrows(() => patch.range, Error, "expected one that is still held");
  }));

Deno.test("runWithCache() gives every name a tensor of its own, which can be released with all others", () =>
  withModel(async (model, gpu) => {
    const all = hookNames(model);
    constant(
      await heldBytes(gpu, async () => {
        const { logits, cache } = runWithCache(model, clean, all);
        assertEquals(cache.size, all.length);
        const same = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_pre"];
        const [post, pre] = same.map((name) => cache.get(name)!);
        const values = await post.read();
        post.release();
        assertEquals(await pre.read(), values);
        logits.release();
        for (const [name, tensor] of cache) if (name !== same[0]) tensor.release();
      }),
    );
  }));

Deno.test("runWithCache() takes edits, and caches what they made of an activation", () =>
  withModel(async (model, gpu) => {
    using v = vector(gpu);
    const edits: Record<string, Edit> = { [POST]: (x) => add(x, v) };
    const plain = runWithCache(model, clean, [POST]);
    const { logits, cache } = runWithCache(model, clean, [POST, "blocks.2.hook_resid_pre"], {
      edits,
    });
    const [before, by] = [await plain.cache.get(POST)!.read(), await v.read()];
    const wanted = before.map((x, i) => x + by[i]);
    assertEquals(await cache.get(POST)!.read(), wanted);
    assertEquals(await cache.get("blocks.2.hook_resid_pre")!.read(), wanted);
    using hooked = runWithHooks(model, clean, edits);
    assertEquals(await logits.read(), await hooked.read());
    assertThrows(
      () => runWithCache(model, clean, [], { edit: edits } as unknown as { edits: typeof edits }),
      RangeError,
      "did you mean edits",
    );
    assertThrows(
      () => runWithHooks(model, clean, { [POST]: v } as unknown as typeof edits),
      RangeError,
      "hook_resid_post to be a function",
    );
  }));

Deno.test("edits of one point by name and by glob follow one another", () =>
  withModel(async (model, gpu) => {
    using u = vector(gpu, 1);
    using v = vector(gpu, 2);
    const one: Edit = (x) => add(x, u), two: Edit = (x) => add(x, v);
    using both = runWithHooks(model, clean, { "blocks.1.hook_resid_*t": one, [POST]: two });
    using nested = runWithHooks(model, clean, { [POST]: (x) => add(add(x, u), v) });
    assertEquals(await both.read(), await nested.read());
  }));

Deno.test("an edit that returns its tensor or nothing leaves it", () =>
  withModel(async (model) => {
    using plain = runWithHooks(model, clean, {});
    for (const edit of [(x: Tensor) => x, () => undefined, () => {}]) {
      using edited = runWithHooks(model, clean, { "blocks.*.attn.hook_q": edit });
      assertEquals(await edited.read(), await plain.read());
    }
  }));

Deno.test("runWithHooks() refuses what is no tensor of that shape, dtype, GPU and time", () =>
  withModel(async (model, gpu) => {
    using elsewhere = await openGpu();
    const gone = zeros(gpu, [1, 4, 32]);
    gone.release();
    const cases: [() => unknown, string][] = [
      [() => zeros(gpu, [4, 32]), "expected f32 [1,4,32] but found f32 [4,32]"],
      [() => zeros(gpu, [1, 4, 33]), "but found f32 [1,4,33]"],
      [() => zeros(gpu, [1, 4, 32], "u32"), "but found u32 [1,4,32]"],
      [() => zeros(elsewhere, [1, 4, 32]), "on another GPU"],
      [() => gone, "that was released"],
      [() => null, "but found null"],
      [() => 3, "but found a number"],
      [() => Promise.reject(new Error("late")), "but found a promise"],
    ];
    for (const [edit, message] of cases) {
      const error = assertThrows(
        () => runWithHooks(model, clean, { [POST]: edit as Edit }),
        RangeError,
        message,
      );
      assert(error.message.startsWith(`Cannot edit ${POST}: `), error.message);
    }
    const q = "blocks.0.attn.hook_q";
    assertThrows(
      () => runWithHooks(model, clean, { [q]: () => zeros(gpu, [1, 4, 32]) }),
      RangeError,
      "expected f32 [1,4,4,8]",
    );
  }));

Deno.test("an edit can neither release nor write what it is lent", () =>
  withModel(async (model, gpu) => {
    using plain = runWithHooks(model, clean, {});
    const values = new Float32Array(128);
    const cases: [Edit, string][] = [
      [(x) => x.release(), "lent to an edit of blocks.1.hook_resid_post"],
      [(x) => x.write(values), "expected one of your own"],
      [(x) => alias(x, [4, 32]).write(values), "expected one of your own"],
      [(x) => alias(x, [4, 32]).release(), "found a view"],
    ];
    for (const [edit, message] of cases) {
      assertThrows(() => runWithHooks(model, clean, { [POST]: edit }), Error, message);
    }
    using after = runWithHooks(model, clean, { [POST]: (x) => void alias(x, [4, 32]) });
    assertEquals(await after.read(), await plain.read());
    assert(gpu.memory.made === undefined, "no run is left open");
  }));

Deno.test("a tensor that an edit makes goes with the logits, unless it is kept", () =>
  withModel(async (model, gpu) => {
    using v = vector(gpu);
    const seen: Record<string, Tensor> = {};
    const run = () =>
      runWithHooks(model, clean, {
        [POST]: (x) => {
          seen.lent = x;
          seen.sum = add(x, v);
          seen.kept = keep(add(x, v));
          seen.mine = keep(x);
          return seen.sum;
        },
      });
    const result = run();
    const sum = await seen.sum.read();
    assertThrows(() => seen.lent.range, Error, "lent to an edit of blocks.1.hook_resid_post");
    result.release();
    assertThrows(() => seen.sum.range, Error, "went with its logits");
    seen.sum.release(); // as one would who takes it for his own
    assertThrows(() => seen.sum.release(), Error, "expected one that is still held");
    run().release();
    const [kept, mine, by] = await Promise.all([seen.kept.read(), seen.mine.read(), v.read()]);
    assertEquals(kept, sum);
    assertEquals(kept, mine.map((x, i) => x + by[i]));
    seen.kept.release();
    seen.mine.release();
  }));

Deno.test("runs, edited and not, hold constant bytes once their logits are released", () =>
  withModel(async (model, gpu) => {
    using v = vector(gpu);
    using z = zeros(gpu, [1, 4, 4, 8]);
    const edits: Record<string, Edit>[] = [
      {},
      { "blocks.1.hook_resid_pre": (x) => add(x, v) },
      { "blocks.*.hook_resid_*": (x) => add(add(x, v), v) },
      { "blocks.*.attn.hook_z": () => z, "blocks.*.attn.hook_v": () => z },
      { "blocks.*.attn.hook_z": (x) => reshape(reshape(x, [1, 4, 32]), [1, 4, 4, 8]) },
      { "blocks.*.mlp.hook_*": (x) => add(x, x) },
      { "blocks.*.hook_*_out": () => upload(gpu, { shape: [1, 4, 32], data: random(1, 128) }) },
      {
        [POST]: (x) => {
          const made = add(x, v);
          const result = add(made, v);
          made.release();
          return result;
        },
      },
      { [POST]: () => runWithCache(model, other, [POST]).cache.get(POST)! },
    ];
    for (const each of edits) {
      constant(
        await heldBytes(gpu, async () => {
          using result = runWithHooks(model, clean, each);
          await result.read();
        }),
      );
      constant(await heldBytes(gpu, () => runWithHooks(model, clean, each).release()));
    }
  }));

Deno.test("runs that fail hold constant bytes, and leave nothing behind for the next", () =>
  withModel(async (model, gpu) => {
    using v = vector(gpu);
    using plain = runWithHooks(model, clean, {});
    const fail: Edit = (x) => {
      add(x, v);
      throw new Error("stop here");
    };
    constant(
      await heldBytes(gpu, () => {
        const edits = { "blocks.*.hook_mlp_out": (x: Tensor) => add(x, v), [POST]: fail };
        assertThrows(() => runWithCache(model, clean, ["blocks.*.*"], { edits }), Error, "stop");
        assertThrows(() => runWithCache(model, clean, ["blocks.0.hook_nothing"]), RangeError);
        assertThrows(() => runWithCache(model, [[50]], []), RangeError);
      }),
    );
    using again = runWithHooks(model, clean, {});
    assertEquals(await again.read(), await plain.read());
  }));

Deno.test("generate() and languageModelLoss() hold constant bytes", () =>
  withModel(async (model, gpu) => {
    constant(await heldBytes(gpu, () => generate(model, [[1, 2], [3]], { maxNewTokens: 4 })));
    const ids = Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const batch = {
      batch: 2,
      sequenceLength: 4,
      ids,
      targets: ids,
      weights: new Float32Array(8).fill(1),
    };
    constant(await heldBytes(gpu, () => languageModelLoss(model, [batch, batch])));
  }));

Deno.test("an edit in a recorded pass is computed anew in every run of the program", () =>
  withModel(async (model, gpu) => {
    using v = vector(gpu), ids = uploadIds(gpu, [1, 4], clean[0]);
    let result: Tensor | undefined;
    const hooks = makeHooks(model, { edits: { [POST]: (x) => add(x, v) } });
    using program = record(gpu, "edited", () => result = logits(model, ids, { hooks }));
    for (const [seed, tokens] of [[2, clean], [3, other]] as const) {
      v.write(random(seed, 128));
      ids.write(tokens[0]);
      program.run();
      using wanted = runWithHooks(model, tokens, { [POST]: (x) => add(x, v) });
      assertEquals(await result!.read(), await wanted.read());
    }
  }));

Deno.test("edits on a tape pass gradients on, and their own tensors stay", () =>
  withModel(async (model, gpu) => {
    using ids = uploadIds(gpu, [1, 4], clean[0]), targets = uploadIds(gpu, [4], other[0]);
    using ones = upload(gpu, { shape: [4], data: new Float32Array(4).fill(1) });
    const index = createScatterIndex(gpu, 4);
    index.write(Uint32Array.from(clean[0]));
    using v = vector(gpu);
    v.requiresGrad = true;
    const lossAt = async () => {
      const hooks = makeHooks(model, {
        wanted: [POST, "blocks.0.attn.hook_pattern", "ln_final.hook_normalized"],
        edits: { [POST]: (x) => add(x, v), "blocks.0.hook_attn_out": () => undefined },
      });
      const { loss } = withGradients(gpu, [v], () => {
        const result = logits(model, ids, { hooks, index });
        return { loss: crossEntropy(result, targets, ones).loss };
      });
      using pattern = hooks.cache.get("blocks.0.attn.hook_pattern")!;
      assertEquals((await pattern.read()).length, 64);
      const [value] = await loss.read();
      loss.release();
      return value;
    };
    const start = await lossAt();
    const grad = await v.grad!.read(), at = await v.read();
    const slope = grad.reduce((sum, g) => sum + g * g, 0), step = 0.01 / Math.sqrt(slope);
    v.write(at.map((x, i) => x - step * grad[i]));
    const lower = await lossAt();
    assertAlmostEquals((start - lower) / (step * slope), 1, 0.05);
  }));

Deno.test("holdModel() gives a model's memory back where its block ends, thrown out of or not", () =>
  withModel(async (model, gpu) => {
    const folder = await Deno.makeTempDir();
    try {
      await saveModel(folder, model);
      const block = async (work: () => void) => {
        using held = await holdModel(gpu, folder);
        using loaded = runWithHooks(held.model, clean, {}), own = runWithHooks(model, clean, {});
        assertEquals(await loaded.read(), await own.read());
        work();
      };
      constant(await heldBytes(gpu, () => block(() => {})));
      const thrown = () =>
        assertRejects(() => block(() => assert(false, "inside")), Error, "inside");
      constant(await heldBytes(gpu, thrown));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  }));
