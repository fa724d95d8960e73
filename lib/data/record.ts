/** A record of a corpus. @module */

/**
 * header: fields such as "Features: Dialogue\nWords: quit, oak, gloomy\n", each on its line, in any
 * order. story: one line of text without the word `Story:`.
 */
export type StoryRecord = { header: string; story: string };
