/** A measure in parts: each is done to few sequences, and what further ones take is added up. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { PASS } from "./harvested.ts";
import type { TimedPhase } from "./phase_clock.ts";
import { timedWork } from "./timed_work.ts";
import type { RehearsedPhase } from "./rehearsed_phase.ts";

/**
 * Done to `n` sequences, or sets, `times` times, on a model that is on the device. `first`: how many the
 * first look is at; work that is padded to a whole pass takes as long for fewer. `most`: how many a look
 * is at in the end, a pass where that does not take long. `before`: what the work needs but is no part
 * of it.
 */
export type Part = {
  n: number;
  first: number;
  most?: number;
  times?: number;
  before?(size: number): Promise<unknown>;
  work(size: number): Promise<unknown>;
};

/** Seconds. What takes less is looked at again, and on a whole pass: the first time compiles kernels. */
export const QUICK = 5;

/** Passes of a further look. */
const PASSES = 4;

/** Seconds that a look at a whole pass may take; else it is at twice the first one's sequences. */
const LONG = 30;

/** A part as it was looked at: `size` sequences in the end, of `whole`. */
type Looked = Pick<RehearsedPhase, "took" | "cpu" | "seconds" | "peak" | "memory"> & {
  size: number;
  whole: number;
};

/** `loading`: what comes before the parts, so many times. */
export async function rehearseParts(
  gpu: Gpu,
  name: string,
  { loading, loads, parts }: { loading: TimedPhase; loads: number; parts: readonly Part[] },
): Promise<RehearsedPhase> {
  const looked: Looked[] = [];
  for (const part of parts) looked.push(await look(gpu, part));
  const total = (of: (part: Looked) => number) => looked.reduce((sum, part) => sum + of(part), 0);
  const most = (of: (part: Looked) => number) => Math.max(...looked.map(of));
  const [{ size: done, whole }] = looked;
  return {
    name,
    unit: "sequences",
    done,
    whole,
    took: loading.seconds + total(({ took }) => took),
    cpu: loading.cpu + total(({ cpu }) => cpu),
    seconds: loads * loading.seconds + total(({ seconds }) => seconds),
    peak: most(({ peak }) => peak),
    memory: most(({ memory }) => memory),
  };
}

async function look(
  gpu: Gpu,
  { n, first: least, most = PASS, times = 1, before: prepare, work }: Part,
): Promise<Looked> {
  const timed = async (size: number) => {
    await prepare?.(size);
    return await timedWork(gpu, () => work(size));
  };
  const first = Math.min(least, n), pass = Math.min(most, n);
  const before = await timed(first);
  const size = first === pass || before.seconds / first * pass < LONG ? pass : 2 * first;
  const again = size > first || before.seconds < QUICK;
  const last = again ? await timed(size) : before;
  const more = await furtherLook({ n, size, most, last, timed });
  const perSequence = more?.perSequence ?? last.seconds / size;
  const once = Math.max(0, last.seconds - perSequence * size); // reads that come once, say
  const growth = size > first ? Math.max(0, last.peak - before.peak) / (size - first) : 0;
  const peak = Math.max(before.peak, last.peak);
  return {
    size,
    whole: n,
    took: before.seconds + (again ? last.seconds : 0) + (more?.took ?? 0),
    cpu: before.cpu + (again ? last.cpu : 0) + (more?.cpu ?? 0),
    // the first time is the whole's first as well
    seconds: before.seconds + (times - 1) * once + (times * n - first) * perSequence,
    peak,
    memory: peak + growth * (pass - size),
  };
}

/** What is quick is looked at on several passes, which tells what each takes from what comes once. */
async function furtherLook(
  { n, size, most, last, timed }: Pick<Part, "n"> & {
    size: number;
    most: number;
    last: TimedPhase;
    timed(size: number): Promise<TimedPhase>;
  },
): Promise<{ perSequence: number; took: number; cpu: number } | undefined> {
  const further = Math.min(n, PASSES * most);
  if (most === 1 || further <= size || last.seconds > QUICK / PASSES) return undefined;
  const { seconds, cpu } = await timed(further);
  const perSequence = Math.max(0, seconds - last.seconds) / (further - size);
  return { perSequence, took: seconds, cpu };
}
