// A crosscoder that was trained, saved, and read back as something else: no reader may take it for what it was.
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import {
  type Crosscoder,
  fold,
  loadCrosscoder,
  saveCrosscoder,
} from "../../lib/crosscoder/coder.ts";
import { decode, encode, uploadCoder } from "../../lib/crosscoder/encode.ts";
import { fitCrosscoder } from "../../lib/crosscoder/fit.ts";
import { hostEncode } from "../../lib/crosscoder/host_encode.ts";
import type { RecipeName } from "../../lib/crosscoder/recipes.ts";
import { readJson, writeJson } from "../../lib/io/files.ts";
import { readSafetensors, writeSafetensors } from "../../lib/io/safetensors.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { tinyModel, tinySequences } from "../model/tiny_model.ts";
import { devices } from "../tensor/gpu_util.ts";
import { assertClose } from "../util.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu);
const tokens = tinySequences(8);
const sites = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"];
const fit = (recipe: RecipeName, more = {}) =>
  fitCrosscoder(model, tokens, { recipe, sites, d_sae: 24, steps: 60, batch: 32, ...more });
const topk = await fit("topk_auxk", { k: 3 }), batchtopk = await fit("batchtopk", { k: 3 });
const january = await fit("anthropic_jan25"), relu = await fit("l1");

async function inFolder(coder: Crosscoder, body: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await saveCrosscoder(folder, coder);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const [name, coder] of Object.entries({ topk, batchtopk, january, relu })) {
  Deno.test(`a saved ${name} crosscoder, folded or not, passes its self-test when it is loaded`, async () => {
    assert(coder.selfTest && coder.selfTest.L0 > 0 && coder.selfTest.FVU > 0);
    for (const saved of [coder, fold(coder)]) {
      await inFolder(saved, async (folder) => {
        const { self_test } = await readJson(join(folder, "config.json"));
        assertEquals(self_test.rows, 8);
        const { arrays, selfTest } = await loadCrosscoder(folder);
        assertEquals(arrays, saved.arrays);
        assertAlmostEquals(selfTest!.FVU, coder.selfTest!.FVU, 1e-3);
      });
    }
  });

  Deno.test(`encode() and decode() of ${name} give what plain float64 gives`, async () => {
    const folded = fold(coder), { x } = coder.selfTest!;
    const N = 16, rows = Array.from({ length: 8 }, (_, r) => x.data.subarray(r * N, (r + 1) * N));
    const code = hostEncode(folded, rows), scale = folded.config.scale;
    using device = uploadCoder(gpu, folded);
    using acts = encode(device, upload(gpu, { shape: [8, N], data: x.data }));
    assertClose(await acts.read(), code.acts.flatMap((row) => [...row]), { name, rtol: 1e-4 });
    const raw = code.x_hat.flatMap((row) =>
      Array.from(row, (v, j) => v / scale[Math.floor(j / 8)])
    );
    assertClose(await decode(device, acts).read(), raw, { name, rtol: 1e-4 });
  });
}

Deno.test("a folder whose TopK is called ReLU, or whose k is another, is refused", () =>
  inFolder(topk, async (folder) => {
    const path = join(folder, "config.json"), config = await readJson(path);
    for (const activation of [{ kind: "relu" }, { kind: "topk", k: 4 }]) {
      await writeJson(path, { ...config, activation });
      await assertRejects(() => loadCrosscoder(folder), RangeError, "expected L0 3.00 and FVU");
    }
  }));

Deno.test("weights that are folded, under a configuration that says no, are refused, and so is other rows' self-test", () =>
  inFolder(fold(january), async (folder) => {
    const path = join(folder, "config.json"), config = await readJson(path);
    await writeJson(path, { ...config, folded: false });
    await assertRejects(() => loadCrosscoder(folder), RangeError, "its scale or its weights");
    const { self_test: _, ...without } = config;
    await writeJson(path, without);
    await assertRejects(() => loadCrosscoder(folder), RangeError, "expected self_test in config");
    await writeJson(path, config);
    const rows = join(folder, "self_test.safetensors");
    const { x } = Object.fromEntries((await readSafetensors(rows)).tensors);
    await writeSafetensors(rows, { x: { shape: x.shape, data: x.data.map((v) => 2 * v) } });
    await assertRejects(() => loadCrosscoder(folder), RangeError, "on the 8 rows of its self-test");
    await Deno.remove(rows);
    await assertRejects(() => loadCrosscoder(folder), Error, "self_test.safetensors");
  }));

Deno.test("saveCrosscoder() refuses a crosscoder that was folded twice behind its back, and writes nothing", async () => {
  const twice = fold({ ...fold(january), config: january.config });
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "new");
    await assertRejects(() => saveCrosscoder(path, twice), RangeError, "expected L0");
    assertEquals([...Deno.readDirSync(folder)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a crosscoder has no self-test where its rows are all the same", async () => {
  const same = Array.from({ length: 8 }, () => Uint32Array.of(3)); // one token, one position
  const coder = await fitCrosscoder(model, same, { sites, d_sae: 24, steps: 4, batch: 8 });
  assertEquals(coder.selfTest, undefined);
  await inFolder(coder, async (folder) => assertEquals(await loadCrosscoder(folder), coder));
});

Deno.test("a crosscoder of texts that begin alike has a self-test, of other tokens than the first", async () => {
  const alike = tokens.map((ids) => [3, ...Array.from(ids).slice(1)]);
  const { selfTest } = await fitCrosscoder(model, alike, { sites, d_sae: 24, steps: 5, batch: 32 });
  assert(selfTest, "the first tokens alone do not vary");
});
