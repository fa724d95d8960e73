/**
 * One launch of a kernel over tensors: what it is given, and how many invocations there is work
 * for.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { type KernelSource, kernelText, loadKernel } from "../gpu/kernel.ts";
import type { BufferRange, DispatchOptions } from "../gpu/recorder.ts";
import { settlePending } from "./pending.ts";
import { Tensor } from "./tensor.ts";

/** Workgroups along one dimension of a dispatch; WebGPU guarantees as many. */
export const MOST_WORKGROUPS = 65535;

/**
 * Tensors (or parts of them, or textures) by the names of the kernel's bindings, undefined for one
 * that this variant does not read; `params` by the names of its `Params`; and either `invocations`
 * or `workgroups`.
 *
 *   invocations n             invocation index = id.y · stride + id.x; `stride` is added to the params. An entry
 *                             that reads neither it nor num_workgroups is refused more than fit into x
 *   invocations [n, rows]     n for each row: row = id.z · groups.y + id.y, where `groups` is num_workgroups
 *   workgroups n              workgroup index = group.y · groups.x + group.x
 *   workgroups [x, y, z]      as they are
 *
 * No dimension has more than 65,535 workgroups, so the last row or workgroup of a folded grid may
 * not exist.
 */
export type Launch =
  & {
    tensors: Record<string, Tensor | BufferRange | GPUTextureView | undefined>;
    params?: Record<string, number>;
  }
  & (
    | { invocations: number | [number, number]; workgroups?: undefined }
    | { workgroups: number | [number, number, number]; invocations?: undefined }
  );

/** A launch with its buffers and its grid. */
export type ReadyLaunch = { source: KernelSource; options: DispatchOptions };

/** Launches that wait for the end of `together` (together.ts), by device. */
const waiting = new WeakMap<Gpu, ReadyLaunch[]>();

/** Lets the launches of `body` wait, and returns them; undefined where others wait already. */
export function collectLaunches(gpu: Gpu, body: () => void): ReadyLaunch[] | undefined {
  if (waiting.has(gpu)) {
    body();
    return undefined;
  }
  const launches: ReadyLaunch[] = [];
  waiting.set(gpu, launches);
  try {
    body();
    return launches;
  } finally {
    waiting.delete(gpu);
  }
}

/**
 * Appends one dispatch to what is being recorded on `gpu`; the size of a workgroup is read off the
 * kernel's text.
 */
export function launch(gpu: Gpu, source: KernelSource, { tensors, params, ...work }: Launch): void {
  const launches = waiting.get(gpu);
  const { workgroup, params: fields } = launches ? kernelText(source) : loadKernel(gpu, source);
  const workgroups = gridOf(work, workgroup);
  const single = typeof work.invocations === "number";
  const folded = single && fields.some(({ name }) => name === "stride");
  if (single && workgroups[1] > 1) expectFolding(source, workgroup * MOST_WORKGROUPS);
  const bindings: Record<string, BufferRange | GPUTextureView> = {};
  for (const [name, given] of Object.entries(tensors)) {
    if (given !== undefined) bindings[name] = given instanceof Tensor ? given.range : given;
  }
  settlePending(gpu, Object.values(bindings).filter((given) => "buffer" in given));
  const options = {
    bindings,
    params: folded ? { ...params, stride: workgroups[0] * workgroup } : params,
    workgroups,
  };
  if (launches) launches.push({ source, options });
  else dispatch(gpu, { source, options });
}

/** Appends a launch as it is. */
export function dispatch(gpu: Gpu, { source, options }: ReadyLaunch): void {
  gpu.recorder.dispatch(loadKernel(gpu, source), options);
}

/** Throws where an entry tells invocations apart by x alone, of which there are `most`. */
function expectFolding(source: KernelSource, most: number): void {
  const { text } = kernelText(source), { name, entry } = source;
  const start = text.indexOf(`fn ${entry}(`), own = text.slice(start, text.indexOf("\n}", start));
  if (/\bnum_workgroups\b|\bparams\.stride\b/.test(own.replace(/\/\/.*$/gm, ""))) return;
  throw new RangeError(
    `Cannot launch ${name}: expected at most ${most} invocations, since ${entry} reads no stride, but found ` +
      "more: let it read one, or take fewer rows at a time",
  );
}

function gridOf(
  { invocations, workgroups }: Pick<Launch, "invocations" | "workgroups">,
  size: number,
): [number, number, number] {
  if (typeof workgroups === "object") return workgroups;
  if (typeof invocations === "object") {
    const [across, rows] = invocations, z = Math.ceil(rows / MOST_WORKGROUPS);
    return [Math.ceil(across / size), Math.ceil(rows / z), z];
  }
  const groups = workgroups ?? Math.ceil(invocations! / size);
  const x = Math.min(groups, MOST_WORKGROUPS);
  return [x, Math.ceil(groups / x), 1];
}
