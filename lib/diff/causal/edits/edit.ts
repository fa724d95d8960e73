/** What an edit of a text is: which prompts it changes, and what it does to a pass over some of them. @module */
import { type Forced, lengthOf } from "../../../model/forced/forced.ts";
import type { Edit } from "../../../model/hook_points.ts";
import type { Way } from "./removal.ts";

/** What is removed together: places in a list, or latents. */
export type Groups = readonly (readonly number[])[];

/** A group of directions removed together, in one prompt, at these `positions`. */
export type Variant = { group: number; prompt: number; positions: number[] };

/** Edits by hook; dispose of them when the pass is done. */
export type Held = { edits: Record<string, Edit>; [Symbol.dispose](): void };

/** `hold` makes the edits of a pass over one sequence a variant, each of `pos` tokens. */
export type TextEdit = {
  variants: Variant[];
  hold(own: readonly Variant[], pos: number): Held;
};

/** The edits of a pass that stays as it is. */
export function holdNothing(): Held {
  return { edits: {}, [Symbol.dispose]: () => {} };
}

/** Runs these prompts as they are. */
export function noEdit(prompts: readonly number[]): TextEdit {
  const variants = prompts.map((prompt) => ({ group: 0, prompt, positions: [] }));
  return { variants, hold: holdNothing };
}

/** Where what is edited of each text ends: with its prompt, or with its answer. */
export function endsOf(forced: readonly Forced[], positions: Way["positions"]): number[] {
  return forced.map((one) => positions === "prompt" ? one.prompt.length : lengthOf(one));
}

/** Every group in every text, at all positions before its end. */
export function everywhere(groups: Groups, ends: readonly number[]): Variant[] {
  return ends.flatMap((end, prompt) =>
    groups.map((_, group) => ({
      group,
      prompt,
      positions: Array.from({ length: end }, (_, p) => p),
    }))
  );
}

/** The shift of a group of latents at a token of a reading: a coefficient for each, times its row. */
export type ShiftTerms = {
  rows: ReadonlyMap<number, Float32Array>;
  /** Coefficients of the group's latents at a token, 0 where nothing changes. */
  at(group: readonly number[], token: number): readonly number[];
};
