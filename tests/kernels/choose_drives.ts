/** Which drives together run everything that kernels do otherwise on one kind of adapter than on others. @module */
import { standInGpu } from "../../lib/gpu/stand_in.ts";
import type { Drive } from "./drives/drive.ts";
import { DRIVES } from "./drives/mod.ts";
import type { Kind } from "./texts.ts";

/** Grids and params of the dispatches of a kernel, and whether it reads or writes textures. */
type Work = { all: string[]; textures: boolean };

/** By drive and label of kernels, which holds their constants. */
type AllWork = Map<Drive, Map<string, Work>>;

const known = new Map<string, Promise<AllWork>>();

/** What every kernel is asked to do on an adapter of a kind. */
export function workOn(kind: Kind): Promise<AllWork> {
  const key = JSON.stringify(kind), found = known.get(key) ?? seenWork(kind);
  known.set(key, found);
  return found;
}

async function seenWork(facts: Kind): Promise<AllWork> {
  const found: AllWork = new Map();
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

/** Drives that have each kernel at least once that an adapter of this kind has alone or gives other work. */
export async function drivesFor(kind: Kind, others: Kind[]): Promise<Drive[]> {
  const there = await Promise.all(others.map(workOn));
  const own = new Map([...await workOn(kind)].map(([drive, kernels]) => {
    const elsewhere = there.map((all) => all.get(drive)!);
    const labels = [...kernels].filter(([label, { all }]) =>
      elsewhere.every((work) => work.get(label)?.all.join() !== all.join())
    );
    return [drive, labels.map(([label]) => label)];
  }));
  return cover(own);
}

/** Always the drive next that has most of what is left. */
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
