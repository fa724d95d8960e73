/** Stories of a corpus in a model's own ids. @module */
import { openCorpus } from "../data/corpus.ts";
import { textSequences } from "../data/text_sequences.ts";
import type { Vocabulary } from "../data/vocabulary.ts";
import { expectForm, having, whole } from "../io/form.ts";
import { vocabularyOf } from "./files.ts";

/**
 * The first `length` tokens of each story, in the ids of the model that `name` opens, and its
 * vocabulary; shorter stories are left out. `corpus` is opened as by openCorpus, at most `n` records of
 * it; undefined is the embedded grammar. Throws as openCorpus and vocabularyOf, and where no story is
 * long enough.
 */
export async function storySequences(
  name: string,
  corpus: string | undefined,
  options: { length: number; n: number },
): Promise<{ sequences: Uint32Array[]; vocabulary: Vocabulary }> {
  expectForm("read stories", options, having({ length: whole(1), n: whole(1) }));
  const { length, n } = options, vocabulary = await vocabularyOf(name);
  const { records } = await openCorpus(corpus, { n });
  const texts = records.map(({ story }) => story);
  return { sequences: textSequences(vocabulary, texts, { length, short: "skip" }), vocabulary };
}
