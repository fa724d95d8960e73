/** Where latents fire, packed: sequences that are used, a bit a token, steps of what is above 0. @module */
import type { Contexts } from "./data.ts";
import { floats, whole } from "./numbers.ts";
import type { PackedContexts, PackedStage } from "./packed.ts";
import { NONE, STEPS } from "./page/packing.ts";

/** Bits of a mask: tokens of a window at most. */
const WIDEST = 32;

/** Sequences that no place points into are left out. `numberOf`: a token's number in the page. */
export function packContexts(
  contexts: Contexts,
  { size, numberOf }: { size: number; numberOf: (id: number) => number },
): PackedContexts {
  const { sequences, before, after, offsets, position, k, top } = contexts;
  const used = [...new Set(Array.from(contexts.sequence))].sort((a, b) => a - b);
  const place = new Map(used.map((sequence, i) => [sequence, i]));
  const largest = largestOf(contexts, size);
  return {
    lengths: whole(used.map((sequence) => sequences[sequence].length), "lengths of sequences"),
    ids: whole(
      used.flatMap((sequence) => Array.from(sequences[sequence], numberOf)),
      "ids of tokens",
    ),
    before,
    after,
    offsets: whole(offsets, "offsets of contexts"),
    sequence: whole(
      Array.from(contexts.sequence, (sequence) => place.get(sequence)!),
      "sequences of places",
    ),
    position: whole(position, "positions of places"),
    largest: floats(largest),
    stages: contexts.activations.map((acts, stage) => ({
      ...packActivations(acts, contexts, largest),
      top: whole(top[stage].map((place, i) => ownPlace(place, offsets[Math.floor(i / k)])), "top"),
    })),
    k,
  };
}

/** The number of a place among its latent's. */
function ownPlace(place: number, offset: number): number {
  if (place < 0) return NONE;
  if (place - offset < NONE) return place - offset;
  throw new RangeError(
    `Cannot show contexts: expected at most ${NONE} places of a latent but found number ` +
      `${place - offset}: take fewer of each stage`,
  );
}

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
  if (width > WIDEST) {
    throw new RangeError(
      `Cannot show contexts: expected windows of at most ${WIDEST} tokens but found ${width}: ` +
        "show fewer",
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
  return { mask: whole(mask, "masks"), steps: whole(steps, "activations") };
}
