// What kernels do otherwise on adapters that are not here, done here: drives that together run every kernel whose text or
// whose work depends on the kind of adapter run on this one taken for it, and agree with what it does as it is. Large tiles
// of products take turns where the adapter is a program (drives/tensors.ts).
import { assert, assertEquals } from "@std/assert";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { isSoftware } from "../../lib/gpu/software.ts";
import { preferVariants } from "../../lib/tensor/ops/matmul/plan.ts";
import { productInto } from "../../lib/tensor/ops/matmul/product.ts";
import { empty, upload } from "../../lib/tensor/tensor.ts";
import { runChild } from "../children/child.ts";
import { rewritten } from "../gpu/rewritten.ts";
import { assertClose, random } from "../util.ts";
import { drivesFor, workOn } from "./choose_drives.ts";
import type { Drive } from "./drives/drive.ts";
import { DRIVES } from "./drives/mod.ts";
import type { Kind } from "./texts.ts";

const plain = await openGpu();
const { subgroupSize, description } = plain;
const CPU = { description, isCpu: true, subgroupSize };
const GPU = { description, isCpu: false, subgroupSize };
/** Parity tests of tensor/ops run on it. */
const CPU_WITH_BARRIERS = { description, isCpu: true, subgroupSize: 0 };
const GPU_WITH_BARRIERS = { description, isCpu: false, subgroupSize: 0 };

type Found = Awaited<ReturnType<Drive["run"]>>;

const here = new Map<Drive, Promise<Found>>();

/** What this adapter gives as it is. */
function expected(drive: Drive): Promise<Found> {
  const found = here.get(drive) ?? drive.run(plain);
  here.set(drive, found);
  return found;
}

async function assertAgrees(drive: Drive, found: Found): Promise<void> {
  const wanted = await expected(drive);
  assertEquals(Object.keys(found), Object.keys(wanted));
  for (const [part, values] of Object.entries(wanted)) {
    assertClose(found[part], values, { name: `${drive.name}, ${part}`, rtol: 1e-4 });
  }
}

/** One device for all drives: kernels that they share are compiled once. */
async function testTaken(name: string, kind: Kind, others: Kind[]): Promise<void> {
  const { isCpu, subgroupSize } = kind, taken = await openGpu({ pretend: { isCpu, subgroupSize } });
  const chosen = await drivesFor(kind, others);
  Deno.test(`${name} has ways of its own`, () => assert(chosen.length > 0));
  for (const drive of chosen) {
    Deno.test(`${drive.name} on an adapter taken for ${name} agrees with the CPU's way`, async () => {
      const found = await drive.run(taken);
      assertEquals(await drive.run(taken), found, "the same bits again");
      await assertAgrees(drive, found);
    });
  }
}

await testTaken("a GPU", GPU, [CPU]);
if (subgroupSize > 0) {
  await testTaken("a GPU without subgroups", GPU_WITH_BARRIERS, [CPU, GPU, CPU_WITH_BARRIERS]);
}

// A program compiles a text of that length for seconds: one product and one attention stand for all that cards have longer.
Deno.test({
  name: "the long texts of cards agree with the CPU's way: a product's tile, attention's blocks",
  ignore: !isSoftware(plain),
  fn: longTexts,
});

async function longTexts(): Promise<void> {
  const texts: string[] = [], heard = (text: string) => (texts.push(text), text);
  using card = await openGpu({
    gpu: rewritten(heard, { description: "a card" }),
    pretend: { isCpu: false },
  });
  const attention = DRIVES.find(({ name }) => name === "attention 2, 2, 16")!;
  await assertAgrees(attention, await attention.run(card));
  const product = async (gpu: Gpu) => {
    const [a, b] = [[35, 70], [70, 30]].map((shape, seed) =>
      upload(gpu, { shape, data: Float32Array.from(random(seed, shape[0] * shape[1])) })
    );
    const c = empty(gpu, [35, 30]);
    productInto("NN", { a, b, c });
    return await c.read();
  };
  preferVariants(card, () => ({ variant: "tiled64x64", layers: 1 }));
  assertEquals(await product(card), await product(plain), "the same bits");
  for (const length of [/\bconst BK\b.*= 16u?;/, /\bconst BLOCK\b.*= 16u?;/]) {
    assert(texts.some((text) => length.test(text)), `${length}`);
  }
}

Deno.test("no GPU uses textures", async () => {
  const textured = [...await workOn(GPU)].flatMap(([{ name }, kernels]) =>
    [...kernels].filter(([, { textures }]) => textures).map(([label]) => `${name}: ${label}`)
  );
  // Where a test asks for the kernel by name.
  assertEquals(textured.filter((line) => !line.startsWith("products, panels")), []);
});

// Subgroups of a software adapter are as wide as the CPU's vectors: 8 on most machines, 4 without AVX, 16 with 512 bits.
Deno.test({
  name: "drives agree on vectors of 4",
  ignore: !/llvmpipe/.test(plain.description) || subgroupSize === 4,
  async fn() {
    const chosen = await drivesFor({ ...CPU, subgroupSize: 4 }, [CPU]);
    const names = chosen.map(({ name }) => name);
    const { code, stdout, stderr } = await runChild("drives.ts", names, {
      LP_NATIVE_VECTOR_WIDTH: "128",
    });
    assertEquals(code, 0, stderr);
    const said: { subgroupSize: number; found: Found[] } = JSON.parse(stdout);
    assertEquals([said.subgroupSize, said.found.length], [4, chosen.length]);
    for (const [n, drive] of chosen.entries()) await assertAgrees(drive, said.found[n]);
  },
});
