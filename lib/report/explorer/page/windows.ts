/** Where a latent fires, with the text around it. @module */
import { NONE, STEPS } from "./packing.ts";
import type { Numbers, PageData } from "./unpack.ts";

/** The tokens around a place, and what the latent does at each of them in every stage. */
export type Window = {
  sequence: number;
  position: number;
  tokens: string[];
  /** Which of them the place is. */
  at: number;
  /** For each stage [tokens]. */
  activations: number[][];
};

export type Windows = {
  /** The largest activation of a latent in any stage. */
  largest: Numbers;
  /** Where a latent fires most in a stage, falling. */
  top(latent: number, stage: number): Window[];
  /** All that stands around a latent's places and among its tokens, in small letters. */
  text(latent: number): string;
};

export function windowsOf({ contexts, tokens, stages, lens }: PageData): Windows {
  const { before, after, offsets, sequence, position, largest, lengths, ids, k } = contexts;
  const width = before + 1 + after;
  const starts = sums(lengths);
  const firsts = contexts.stages.map(({ mask }) => sums(mask.map(bits)));
  const tokenAt = (at: number) => tokens[ids[at]];
  const windowAt = (latent: number, place: number): Window => {
    const length = lengths[sequence[place]], start = position[place] - before;
    const inside = Array.from({ length: width }, (_, i) => i)
      .filter((i) => start + i >= 0 && start + i < length);
    return {
      sequence: sequence[place],
      position: position[place],
      tokens: inside.map((i) => tokenAt(starts[sequence[place]] + start + i)),
      at: inside.indexOf(before),
      activations: contexts.stages.map(({ mask, steps }, stage) => {
        const bitsOf = mask[place];
        let next = firsts[stage][place];
        const all = Array.from(
          { length: width },
          (_, i) => (bitsOf >>> i & 1) === 1 ? steps[next++] / STEPS * largest[latent] : 0,
        );
        return inside.map((i) => all[i]);
      }),
    };
  };
  const placesOf = (latent: number, stage: number) =>
    Array.from({ length: k }, (_, i) => contexts.stages[stage].top[latent * k + i])
      .filter((place) => place !== NONE)
      .map((place) => offsets[latent] + place);
  const texts: string[] = [];
  return {
    largest,
    top: (latent, stage) => placesOf(latent, stage).map((place) => windowAt(latent, place)),
    text(latent) {
      if (texts[latent] !== undefined) return texts[latent];
      const around = [];
      for (let place = offsets[latent]; place < offsets[latent + 1]; place++) {
        const first = starts[sequence[place]];
        const from = Math.max(0, position[place] - before);
        const to = Math.min(lengths[sequence[place]], position[place] + after + 1);
        let text = "";
        for (let at = from; at < to; at++) text += tokenAt(first + at);
        around.push(text);
      }
      const seen = lens === undefined
        ? []
        : stages.flatMap((_, stage) =>
          Array.from({ length: lens.k }, (_, i) => tokens[lens.ids[stage][latent * lens.k + i]])
        );
      return texts[latent] = [...around, ...seen].join("\n").toLowerCase();
    },
  };
}

/** Where each of several lists begins in all of them, one after the other, and where they end. */
function sums(lengths: Numbers): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, i) => starts[i + 1] = starts[i] + length);
  return starts;
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
}
