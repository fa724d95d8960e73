// What kernels do otherwise on a GPU, done here: drives that together run every kernel whose text or whose work depends on
// that run on this adapter taken for a GPU, twice to the same bits, and agree with the CPU's way.
import { assert, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/open.ts";
import { standInGpu } from "../../lib/gpu/stand_in.ts";
import { assertClose } from "../util.ts";
import { DRIVES } from "./drives/mod.ts";
import type { Drive } from "./drives/drive.ts";
import type { Kind } from "./texts.ts";

using here = await openGpu();
const { subgroupSize } = here;

type Work = { all: string[]; textures: boolean };

/** Grids and params of every kernel on an adapter of a kind, by drive and label. */
async function workOf(facts: Kind): Promise<Map<Drive, Map<string, Work>>> {
  const found = new Map<Drive, Map<string, Work>>();
  let current = new Map<string, Work>();
  using gpu = standInGpu({
    facts,
    zeros: true,
    onDispatch: ({ kernel: { label }, grid, params, bindings }) => {
      const { all, textures } = current.get(label) ?? { all: [], textures: false };
      all.push(`${grid} ${JSON.stringify(params)}`);
      const some = textures || bindings.some(({ kind }) => kind.endsWith("Texture"));
      current.set(label, { all, textures: some });
    },
  });
  for (const drive of DRIVES) {
    found.set(drive, current = new Map());
    await drive.run(gpu);
    gpu.flush();
  }
  return found;
}

/** By drive, the kernels that a GPU has alone or gives other work than a CPU. */
function otherwise(cpu: Map<Drive, Map<string, Work>>, gpu: Map<Drive, Map<string, Work>>) {
  return new Map([...gpu].map(([drive, kernels]) => {
    const there = cpu.get(drive)!;
    const labels = [...kernels].filter(([label, { all }]) =>
      all.join() !== there.get(label)?.all.join()
    );
    return [drive, labels.map(([label]) => label)] as const;
  }));
}

/** Drives that have each of these kernels at least once; always the one next that has most of the rest. */
function cover(own: Map<Drive, string[]>): Drive[] {
  const rest = new Set([...own.values()].flat()), chosen: Drive[] = [];
  while (rest.size > 0) {
    const left = (drive: Drive) => own.get(drive)!.filter((label) => rest.has(label)).length;
    const [next] = [...own.keys()].sort((a, b) => left(b) - left(a));
    own.get(next)!.forEach((label) => rest.delete(label));
    chosen.push(next);
  }
  return chosen;
}

const cpu = await workOf({ isCpu: true, subgroupSize });
const gpu = await workOf({ isCpu: false, subgroupSize });
const chosen = cover(otherwise(cpu, gpu));

Deno.test("a GPU has ways of its own, and none of them with textures", () => {
  assert(chosen.length > 0);
  const textured = [...gpu].flatMap(([{ name }, kernels]) =>
    [...kernels].filter(([, { textures }]) => textures).map(([label]) => `${name}: ${label}`)
  );
  // Where a test asks for the kernel by name.
  assertEquals(textured.filter((line) => !line.startsWith("products, panels")), []);
});

for (const { name, run } of chosen) {
  Deno.test(`${name} on an adapter taken for a GPU agrees with the CPU's way`, async () => {
    const pretend = { isCpu: false, subgroupSize };
    using taken = await openGpu({ pretend });
    const found = await run(taken);
    assertEquals(await run(taken), found, "the same bits again");
    using plain = await openGpu();
    for (const [part, values] of Object.entries(await run(plain))) {
      assertClose(found[part], values, { name: part, rtol: 1e-4 });
    }
  });
}
