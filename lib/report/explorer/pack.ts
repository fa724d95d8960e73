/**
 * ExplorerData -> JSON that is small: lists of numbers as base64 of their bytes (little-endian),
 * tokens once, by number, and of activations only those above 0.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { visible } from "../../io/visible.ts";
import type { Contexts, ExplorerData, Ranked } from "./data.ts";

/** `type` of the numbers and their bytes in base64. */
export type Packed = { type: "u8" | "u16" | "u32" | "f32"; bytes: string };

/** Longer tokens are cut: nobody reads them whole, and a page must stay small. */
const LONGEST_TOKEN = 80;

/** Activations are told to one part in so many of a latent's largest one. */
const STEPS = 65535;

/** Activations of one stage: a bit for each token of a window, and the numbers of those that are set. */
export type PackedStage = { mask: Packed; steps: Packed; top: Packed };

/** What the page reads; see data.ts for the words. */
export type PackedExplorer =
  & Pick<
    ExplorerData,
    "title" | "about" | "missing" | "size" | "axes" | "stages" | "stage" | "path"
  >
  & {
    columns:
      (Omit<ExplorerData["columns"][number], "values" | "p"> & { values: Packed; p?: Packed })[];
    flags: (Omit<ExplorerData["flags"][number], "values"> & { values: Packed })[];
    groups?: Omit<NonNullable<ExplorerData["groups"]>, "values"> & { values: Packed };
    tokens: string[];
    contexts: {
      lengths: Packed;
      ids: Packed;
      before: number;
      after: number;
      offsets: Packed;
      sequence: Packed;
      position: Packed;
      largest: Packed;
      stages: PackedStage[];
      k: number;
    };
    profile: { about: string; sites: readonly string[]; norms: Packed[] };
    density: { n_tokens: readonly number[]; fired: Packed[] };
    lens?: PackedRanked;
    nearest?: PackedRanked;
  };

/** For each stage, see Ranked. */
export type PackedRanked = { about: string; k: number; ids: Packed[]; values: Packed[] };

/** Throws where a list is not as long as there are latents. */
export function packExplorer(data: ExplorerData): PackedExplorer {
  const { title, about, missing, size, axes, stages, stage, path, groups, profile, density } = data;
  for (const { id, values } of [...data.columns, ...data.flags]) expectSize(id, values, size);
  const table = tokenTable(data.contexts.tokenText);
  const contexts = packContexts(data.contexts, { size, table });
  const lens = data.lens && packRanked({
    ...data.lens,
    ids: data.lens.ids.map((ids) => ids.map((id) => table.numberOf(id))),
  });
  return {
    title,
    about,
    missing,
    size,
    axes,
    stages,
    stage,
    path,
    columns: data.columns.map(({ values, p, ...column }) => ({
      ...column,
      values: floats(values),
      ...(p && { p: floats(p) }),
    })),
    flags: data.flags.map(({ values, ...flag }) => ({ ...flag, values: whole(values) })),
    ...(groups && { groups: { ...groups, values: whole(groups.values) } }),
    contexts,
    profile: { ...profile, norms: profile.norms.map(floats) },
    density: { ...density, fired: density.fired.map(whole) },
    ...(lens && { lens }),
    ...(data.nearest && { nearest: packRanked(data.nearest) }),
    tokens: table.texts,
  };
}

/** Texts of tokens, each once, in the order in which they are asked for. */
function tokenTable(textOf: (id: number) => string) {
  const numbers = new Map<number, number>();
  const texts: string[] = [];
  return {
    texts,
    numberOf(id: number): number {
      const known = numbers.get(id);
      if (known !== undefined) return known;
      numbers.set(id, texts.length);
      return texts.push(shownToken(textOf(id))) - 1;
    },
  };
}

function shownToken(text: string): string {
  const characters = [...visible(text)];
  if (characters.length <= LONGEST_TOKEN) return characters.join("");
  return `${characters.slice(0, LONGEST_TOKEN).join("")}… (${characters.length} characters)`;
}

/** Sequences that no place points into are left out. */
function packContexts(
  contexts: Contexts,
  { size, table }: { size: number; table: ReturnType<typeof tokenTable> },
): PackedExplorer["contexts"] {
  const { sequences, before, after, offsets, position, k, top } = contexts;
  const used = [...new Set(Array.from(contexts.sequence))].sort((a, b) => a - b);
  const numberOf = new Map(used.map((sequence, i) => [sequence, i]));
  const largest = largestOf(contexts, size);
  return {
    lengths: whole(used.map((sequence) => sequences[sequence].length)),
    ids: whole(
      used.flatMap((sequence) => Array.from(sequences[sequence], (id) => table.numberOf(id))),
    ),
    before,
    after,
    offsets: whole(offsets),
    sequence: whole(Array.from(contexts.sequence, (sequence) => numberOf.get(sequence)!)),
    position: whole(position),
    largest: floats(largest),
    stages: contexts.activations.map((acts, stage) => ({
      ...packActivations(acts, contexts, largest),
      top: whole(
        top[stage].map((place, i) => place < 0 ? NONE : place - offsets[Math.floor(i / k)]),
      ),
    })),
    k,
  };
}

/** Stands for no place: a latent has at most k for each stage. */
const NONE = 255;

/** The largest activation of each latent over all stages, [size]: what its colours are scaled by. */
function largestOf({ offsets, activations, before, after }: Contexts, size: number): Float32Array {
  const width = before + 1 + after;
  return Float32Array.from({ length: size }, (_, latent) => {
    let largest = 0;
    for (const acts of activations) {
      for (let i = offsets[latent] * width; i < offsets[latent + 1] * width; i++) {
        largest = Math.max(largest, acts[i]);
      }
    }
    return largest;
  });
}

function packActivations(
  acts: Float32Array,
  { offsets, before, after }: Contexts,
  largest: Float32Array,
): Pick<PackedStage, "mask" | "steps"> {
  const width = before + 1 + after;
  if (width > 32) {
    throw new RangeError(
      `Cannot pack contexts: expected windows of at most 32 tokens but found ${width}: show fewer`,
    );
  }
  const mask = new Uint32Array(acts.length / width);
  const steps: number[] = [];
  for (let latent = 0; latent < largest.length; latent++) {
    for (let i = offsets[latent] * width; i < offsets[latent + 1] * width; i++) {
      if (!(acts[i] > 0)) continue;
      mask[Math.floor(i / width)] |= 2 ** (i % width);
      steps.push(Math.max(1, Math.round(acts[i] / largest[latent] * STEPS)));
    }
  }
  return { mask: whole(mask), steps: whole(steps) };
}

function packRanked({ about, k, ids, values }: Ranked): PackedRanked {
  return { about, k, ids: ids.map(whole), values: values.map(floats) };
}

function expectSize(id: string, { length }: ArrayLike<number>, size: number): void {
  if (length === size) return;
  throw new RangeError(
    `Cannot show ${id}: expected a number for each of ${size} latents but found ${length}: ` +
      "take rows of one run",
  );
}

function floats(values: ArrayLike<number>): Packed {
  return { type: "f32", bytes: base64(Float32Array.from(values)) };
}

/** Whole numbers from 0, in as few bytes as hold the largest. */
function whole(values: ArrayLike<number>): Packed {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]);
  if (largest < 2 ** 8) return { type: "u8", bytes: base64(Uint8Array.from(values)) };
  if (largest < 2 ** 16) return { type: "u16", bytes: base64(Uint16Array.from(values)) };
  return { type: "u32", bytes: base64(Uint32Array.from(values)) };
}

/** All machines that Deno and browsers run on are little-endian. */
function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString("base64");
}
