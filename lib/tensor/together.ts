/**
 * Launches that do not need one another's results, as one dispatch: the gradients of both operands of
 * a product, for example. Each runs alone on a CPU adapter, which gains nothing, and outside programs,
 * where a text would be compiled for one use.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { type KernelText, kernelText } from "../gpu/kernel.ts";
import type { BufferRange } from "../gpu/recorder.ts";
import { isAlone, sideBySide, standsBeside } from "../gpu/side_by_side.ts";
import { collectLaunches, dispatch, MOST_WORKGROUPS, type ReadyLaunch } from "./launch.ts";
import { overlap } from "./pending.ts";

/** A launch with its text, and its buffers apart by what happens to them. */
type Member = ReadyLaunch & { text: KernelText; buffers: Buffer[] };
type Buffer = { name: string; range: BufferRange; writes: boolean };

/**
 * Runs `body` and returns what it does; launches in it that follow one another and touch none of each other's results become
 * one dispatch.
 */
export function together<T>(gpu: Gpu, body: () => T): T {
  if (gpu.isCpu || gpu.recorder === gpu.immediate) return body();
  const most = gpu.device.limits.maxStorageBuffersPerShaderStage;
  let result: T;
  const launches = collectLaunches(gpu, () => void (result = body()))?.map(memberOf) ?? [];
  while (launches.length > 0) {
    const group = [launches.shift()!];
    while (launches.length > 0 && joins(launches[0], group, most)) group.push(launches.shift()!);
    if (group.length === 1) dispatch(gpu, group[0]);
    else dispatch(gpu, joined(group));
  }
  return result!;
}

function memberOf(launch: ReadyLaunch): Member {
  const text = kernelText(launch.source), { bindings } = launch.options;
  const buffers = text.bindings.flatMap(({ name, kind }) => {
    const range = bindings[name];
    return range && "buffer" in range ? [{ name, range, writes: kind === "write" }] : [];
  });
  return { ...launch, text, buffers };
}

/** Whether a launch can run at the same time as a group, in one kernel. */
function joins(member: Member, group: readonly Member[], most: number): boolean {
  const all = [...group, member];
  const fit = namesOf(all).count <= most && workgroupOf(all) !== undefined;
  const stand = all.every(({ text }) => standsBeside(text.bindings));
  return fit && stand && group.every((other) => areApart(member, other));
}

/**
 * Neither writes what the other touches; and a device wants no buffer bound for reading and for writing
 * at once, not even in different places.
 */
function areApart(a: Member, b: Member): boolean {
  return a.buffers.every((one) =>
    b.buffers.every((other) => {
      if (one.range.buffer !== other.range.buffer || (!one.writes && !other.writes)) return true;
      return one.writes && other.writes && !overlap(one.range, other.range);
    })
  );
}

/** The workgroup size of all that are not alone, or the largest where all are. */
function workgroupOf(group: readonly Member[]): number | undefined {
  const sizes = new Set(
    group.filter(({ text }) => !isAlone(text.text)).map(({ text }) => text.workgroup),
  );
  if (sizes.size > 1) return undefined;
  return [...sizes][0] ?? Math.max(...group.map(({ text }) => text.workgroup));
}

/** A name for each buffer of each member; one that several read has one name. */
function namesOf(group: readonly Member[]): { names: Record<string, string>[]; count: number } {
  const seen: { range: BufferRange; type: string; name: string }[] = [];
  const names = group.map(({ buffers, text: { text } }) =>
    Object.fromEntries(buffers.map(({ name, range, writes }) => {
      const type = new RegExp(`\\b${name}\\s*:\\s*([^;]+);`).exec(text)![1];
      const same = seen.find((other) =>
        !writes && other.type === type && other.range.buffer === range.buffer &&
        other.range.offset === range.offset && other.range.size === range.size
      );
      if (same) return [name, same.name];
      const made = { range, type: writes ? "" : type, name: `buffer_${seen.length}` };
      seen.push(made);
      return [name, made.name];
    }))
  );
  return { names, count: seen.length };
}

/** One launch for the group. */
function joined(group: readonly Member[]): ReadyLaunch {
  const { names } = namesOf(group), workgroup = workgroupOf(group)!;
  const bindings: Record<string, BufferRange> = {}, params: Record<string, number> = {};
  let end = 0;
  group.forEach(({ text, buffers, options }, i) => {
    for (const { name, range } of buffers) bindings[names[i][name]] = range;
    const [x, y, z] = options.workgroups;
    end += Math.ceil(x * y * z * text.workgroup / workgroup);
    const grid = { grid_x: x, grid_y: y, grid_z: z, end };
    for (const [key, value] of Object.entries({ ...options.params, ...grid })) {
      params[`${key}_${i}`] = value;
    }
  });
  const parts = group.map(({ text, source }, i) => ({
    text: text.text,
    entry: source.entry,
    names: names[i],
  }));
  const shared = names.map((own) => Object.values(own).map((name) => name.slice(7)).join(","));
  const x = Math.min(end, MOST_WORKGROUPS);
  return {
    source: {
      name: `${group.map(({ text }) => text.label).join(" + ")} (${shared.join("; ")})`,
      source: sideBySide(parts, workgroup),
      entry: "main",
    },
    options: { bindings, params, workgroups: [x, Math.ceil(end / x), 1] },
  };
}
