// What a device is known by, and what kernels may take it for.
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { driverOf } from "../../lib/gpu/driver.ts";
import { openGpu } from "../../lib/gpu/open.ts";
import { sum } from "../../lib/tensor/ops/sum.ts";
import { upload } from "../../lib/tensor/tensor.ts";
import { inFolder } from "../util.ts";
import { rewritten } from "./rewritten.ts";

Deno.test("openGpu() takes a CPU adapter for a GPU, and never a subgroup for a wider one", async () => {
  using plain = await openGpu();
  using gpu = await openGpu({ pretend: { isCpu: !plain.isCpu } });
  assertEquals(gpu.isCpu, !plain.isCpu);
  assertEquals(gpu.subgroupSize, plain.subgroupSize);
  await assertRejects(
    () => openGpu({ pretend: { subgroupSize: 2 * plain.subgroupSize || 16 } }),
    RangeError,
    "expected to pretend a subgroup width of 0 or the adapter's own",
  );
});

Deno.test("a GPU's key names all that bits may depend on", async () => {
  using plain = await openGpu();
  assert(plain.key.startsWith(plain.description));
  assert(plain.key.includes(`Deno ${Deno.version.deno}, driver ${driverOf(plain.description)}`));
  using again = await openGpu();
  assertEquals(again.key, plain.key);
  const others = [
    { pretend: { isCpu: !plain.isCpu } },
    { pretend: { subgroupSize: 0 } },
    { maxBinding: 4096 },
  ];
  for (const options of others) {
    using gpu = await openGpu(options);
    if (plain.subgroupSize > 0 || options !== others[1]) assertNotEquals(gpu.key, plain.key);
  }
});

Deno.test("driverOf() tells the builds of a driver apart, and says where it cannot", async () => {
  await inFolder(async (folder) => {
    const manifests = [join(folder, "none"), join(folder, "icd.d")];
    const libraries = [join(folder, "lib")];
    const find = (adapter: string) => driverOf(adapter, { manifests, libraries, chosen: "" });
    const write = (name: string, library_path: unknown) =>
      Deno.writeTextFile(join(manifests[1], name), JSON.stringify({ ICD: { library_path } }));
    assertEquals(find("NVIDIA GeForce RTX 4090"), "unknown");
    for (const name of ["icd.d", "lib"]) await Deno.mkdir(join(folder, name));
    await write("nvidia_icd.json", "libGLX_nvidia.so.0");
    assertEquals(find("NVIDIA GeForce RTX 4090"), "unknown");

    // NVIDIA's manifest names a link, which leads to the version.
    for (const version of ["550.54.14", "550.90.7"]) {
      const library = join(libraries[0], `libGLX_nvidia.so.${version}`);
      await Deno.writeFile(library, new Uint8Array(100));
      await Deno.remove(join(libraries[0], "libGLX_nvidia.so.0")).catch(() => {});
      await Deno.symlink(library, join(libraries[0], "libGLX_nvidia.so.0"));
      assertEquals(
        find("NVIDIA GeForce RTX 4090"),
        `libGLX_nvidia.so.${version} of 100 bytes`,
      );
    }

    // Mesa's names a file, whose size differs from build to build.
    const mesa = join(folder, "libvulkan_radeon.so");
    await write("radeon_icd.x86_64.json", mesa);
    for (const size of [7, 8]) {
      await Deno.writeFile(mesa, new Uint8Array(size));
      assertEquals(
        find("AMD Radeon RX 7900 XTX (RADV NAVI31)"),
        `libvulkan_radeon.so of ${size} bytes`,
      );
    }
    assertEquals(find("Apple M2"), "unknown");
    await write("radeon_icd.x86_64.json", 3);
    assertEquals(find("AMD Radeon RX 7900 XTX (RADV NAVI31)"), "unknown");
  });
});

Deno.test("driverOf() finds the driver that VK_DRIVER_FILES or VK_ICD_FILENAMES chooses", async () => {
  await inFolder(async (folder) => {
    const write = async (name: string, size: number) => {
      await Deno.writeFile(join(folder, `${name}.so`), new Uint8Array(size));
      const manifest = JSON.stringify({ ICD: { library_path: `./${name}.so` } });
      await Deno.writeTextFile(join(folder, `${name}.json`), manifest);
      return join(folder, `${name}.json`);
    };
    const own = await write("own", 5), radeon = await write("radeon_icd", 6);
    const found = (chosen: string, adapter: string) => driverOf(adapter, { chosen });
    assertEquals(found(own, "llvmpipe"), "own.so of 5 bytes", "the only one, whatever its name");
    assertEquals(found(`${own}:${radeon}`, "AMD Radeon"), "radeon_icd.so of 6 bytes");
    assertEquals(found(`${own}:${radeon}`, "llvmpipe"), "unknown", "not the installed one");
    assertEquals(found(folder, "AMD Radeon"), "radeon_icd.so of 6 bytes");
  });
});

Deno.test("openGpu() does without subgroups whose lanes are not neighbours", async () => {
  using plain = await openGpu();
  if (plain.subgroupSize === 0) return; // here they are never used
  const shuffled = rewritten((text) =>
    text.replaceAll(/subgroupBroadcast\(i, u32\((\d+)\)\)/g, "subgroupBroadcast(i, u32($1 ^ 1))")
  );
  using gpu = await openGpu({ gpu: shuffled });
  assertEquals(gpu.subgroupSize, 0);
  assert(gpu.key.includes(" subgroups 0,"));
  assertEquals([...await sum(upload(gpu, { shape: [3], data: Float32Array.of(1, 2, 3) })).read()], [
    6,
  ]);
});

Deno.test("openGpu() says in the key where an adapter takes it that there is no NaN", async () => {
  using plain = await openGpu();
  assert(!plain.key.includes("NaN"));
  for (
    const [ieee, taken] of [["!(x <= y)", "(x > y)"], [
      "select(x, y, x <= y)",
      "select(y, x, x > y)",
    ]]
  ) {
    using gpu = await openGpu({ gpu: rewritten((text) => text.replace(ieee, taken)) });
    assert(gpu.key.includes("loses NaN"), ieee);
    assertEquals(gpu.subgroupSize, plain.subgroupSize);
  }
});
