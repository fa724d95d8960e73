/** What latents fire on most, token by token. @module */
import { tokenText, type Vocabulary } from "../../data/vocabulary.ts";
import type { Activation } from "./result_files.ts";

/** What a place is read with: the sequences that it points into, and their vocabulary. */
export type Texts = { sequences: readonly ArrayLike<number>[]; vocabulary: Vocabulary };

/** The tokens at which each latent fires most, decoded one by one, in the order of its places. */
export function topTokens(
  top: readonly (readonly Pick<Activation, "example" | "position">[])[],
  { sequences, vocabulary }: Texts,
): string[][] {
  return top.map((places) =>
    places.map(({ example, position }) => tokenText(vocabulary, sequences[example][position]))
  );
}
