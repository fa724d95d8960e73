/**
 * Gradients that come in parts: of the biases of linear layers, of norms, of products whose sums are
 * split. While a tape is walked backward the parts gather in one buffer, and one dispatch adds them
 * up: a GPU spends longer on starting a dispatch than on most of these sums.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { Storage } from "../gpu/memory.ts";
import sumPending from "../../kernels/sum_pending.wgsl" with { type: "text" };
import { launch } from "./launch.ts";
import { ALIGNMENT } from "./layout.ts";
import { setPending, settlePending } from "./pending.ts";
import { empty, type Tensor, uploadIds } from "./tensor.ts";

/** vec4f of a job of the kernel, and its numbers. */
const COLUMNS = 64, FIELDS = 8;

type Sum = { parts: Tensor; target: Tensor; accumulate: boolean };

/**
 * What gathers on a device: values that a block has room for, the blocks, of which the last is being
 * filled, and the room in it that is taken; the sums to do, and how many were given room and are not
 * there yet; the memory whose sums may wait, since nobody reads it on the way.
 */
type Gathering = {
  room: number;
  blocks: Tensor[];
  used: number;
  sums: Sum[];
  expected: number;
  places: Set<Storage>;
};

const gathering = new WeakMap<Gpu, Gathering>();

/** Lets sums gather in `body`, in room for so many values, and adds up what is left at its end. */
export function gatherSums(gpu: Gpu, room: number, body: () => void): void {
  const open: Gathering = {
    room,
    blocks: [],
    used: 0,
    sums: [],
    expected: 0,
    places: new Set(),
  };
  gathering.set(gpu, open);
  try {
    body();
    addUp(gpu, open);
  } finally {
    for (const block of open.blocks) block.release();
    gathering.delete(gpu);
    setPending(gpu, undefined);
  }
}

/** Says that sums into the memory of a gradient may wait to the end. */
export function letWait({ gpu, storage }: Tensor): void {
  gathering.get(gpu)?.places.add(storage);
}

/** Room for `count` parts of `target` [count, values of target], to be given to `sumLater`. */
export function roomForParts(target: Tensor, count: number): Tensor {
  const { gpu, size } = target, open = gathering.get(gpu);
  const values = Math.ceil(count * size / ALIGNMENT) * ALIGNMENT;
  if (!open?.places.has(target.storage) || values > open.room / 2) return empty(gpu, [count, size]);
  const block = blockFor(gpu, open, values);
  const parts = block.over([count, size], block.offset + open.used);
  open.used += values;
  open.expected++;
  return parts;
}

/** The block that has room for so many values more. */
function blockFor(gpu: Gpu, open: Gathering, values: number): Tensor {
  const last = open.blocks.at(-1);
  if (last && open.used + values <= open.room) return last;
  addUp(gpu, open);
  open.used = 0;
  if (last && open.expected === 0) return last;
  const block = empty(gpu, [open.room]);
  open.blocks.push(block);
  return block;
}

/**
 * target (+)= Σ of the rows of `parts`, in their order, later; gives `parts` up. False where they were
 * not given room here: they are the caller's to add up and to release.
 */
export function sumLater(
  target: Tensor,
  parts: Tensor,
  { accumulate = false }: { accumulate?: boolean } = {},
): boolean {
  const { gpu } = target, open = gathering.get(gpu);
  if (!open?.blocks.some(({ storage }) => storage === parts.storage)) return false;
  settlePending(gpu, [target.range]);
  open.expected--;
  open.sums.push({ parts, target, accumulate });
  const ranges = open.sums.map(({ target }) => target.range);
  setPending(gpu, { ranges, run: () => addUp(gpu, open) });
  return true;
}

/** Adds up what has gathered, a dispatch for each block and each buffer that it goes into. */
function addUp(gpu: Gpu, open: Gathering): void {
  const sums = open.sums.splice(0);
  setPending(gpu, undefined);
  while (sums.length > 0) {
    const { parts, target } = sums.reduce((a, b) => b.target.offset < a.target.offset ? b : a);
    const most = target.offset + gpu.maxBinding / 4;
    const here = takeOut(
      sums,
      (sum) =>
        sum.parts.storage === parts.storage && sum.target.storage === target.storage &&
        endOf(sum.target) <= most,
    );
    const from = spanOf(here.map(({ parts }) => parts)),
      to = spanOf(here.map(({ target }) => target));
    const jobs = Uint32Array.from(
      here.flatMap((sum) => jobsOf(sum, from.offset, to.offset)).flat(),
    );
    const n = jobs.length / FIELDS;
    using table = uploadIds(gpu, [n, FIELDS], jobs);
    launch(gpu, { name: "sum_pending", source: sumPending, entry: "main" }, {
      tensors: { jobs: table, parts: from, out: to },
      params: { n },
      workgroups: n,
    });
  }
}

const endOf = ({ offset, size }: Tensor) => offset + size;

/** One tensor over all of these, and what lies between them. */
function spanOf(tensors: readonly Tensor[]): Tensor {
  const first = Math.min(...tensors.map(({ offset }) => offset));
  return tensors[0].over([Math.max(...tensors.map(endOf)) - first], first);
}

function takeOut<T>(list: T[], wanted: (item: T) => boolean): T[] {
  const taken = list.filter(wanted);
  list.splice(0, list.length, ...list.filter((item) => !taken.includes(item)));
  return taken;
}

/** The numbers of the jobs of one sum, each of up to COLUMNS vec4f. */
function jobsOf({ parts, target, accumulate }: Sum, block: number, first: number): number[][] {
  const from = (parts.offset - block) / 4, to = (target.offset - first) / 4, ld = target.size / 4;
  return Array.from({ length: Math.ceil(ld / COLUMNS) }, (_, i) => {
    const at = i * COLUMNS, columns = Math.min(COLUMNS, ld - at);
    return [from + at, ld, parts.rows, to + at, columns, accumulate ? 1 : 0, 0, 0];
  });
}
