/**
 * What a plot of the grammar is made of.
 *
 * @module
 */

/**
 * Texts hold slots: `{hero}` is one word for the whole story, `{glad}` may be another at every use,
 * `{a food}` has its article and `{He}` a capital. A slot is drawn when it is first used, from the
 * plot's own lists or else from those of scene.ts.
 *
 * slots      lists of its own, by slot; of "swim/swimming" {skill} and {skill2} take one part each
 * keywords   words that the header's `Words:` may name, where they occur in the story
 * summary    one of these texts; its words come from the story's slots
 * beats      the story: one text of each beat, in order
 * morals     one of these ends some of the stories
 * features   of TinyStoriesInstruct, beyond Dialogue and MoralValue, which are seen in the text
 */
export type Plot = {
  slots: Record<string, readonly string[]>;
  keywords: string;
  summary: readonly string[];
  beats: readonly (readonly string[])[];
  morals?: readonly string[];
  features?: readonly string[];
};
