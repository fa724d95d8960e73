// What kernels do otherwise on adapters that are not here, done here: drives that together run every kernel whose text or
// whose work depends on the kind of adapter run on this one taken for it, and agree with what it does as it is. Large tiles
// of products take turns where the adapter is a program (drives/tensors.ts).
import { assert, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/open.ts";
import { runChild } from "../children/child.ts";
import { assertClose } from "../util.ts";
import { drivesFor, workOn } from "./choose_drives.ts";
import type { Drive } from "./drives/drive.ts";
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
