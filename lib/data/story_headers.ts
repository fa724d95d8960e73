/**
 * Instruct headers for stories that came without: everything in them is taken from the story.
 *
 * @module
 */
import type { Random } from "../numerics/random.ts";
import { wordCount } from "./instruct.ts";

const LONGEST_SENTENCE = 18; // words; a header must leave most of the first 128 tokens to the story
const LONGEST_WORD = 20; // characters, where a story has no words to choose from
const TRIES = 5;

// Words that say nothing about a story, and so would make poor `Words:`.
const COMMON = new Set(
  ("about after again all also always and any are around ask asked away back because been before " +
    "began but came can could day did does don don't down each even every for from gave get girl boy " +
    "got had has have having hear heard her here him himself herself his how into its it's just keep " +
    "kept knew know let like liked little look looked lot lots made make many more most much must " +
    "near never new next not now off once one only other others our out over put ran said saw say see " +
    "she should some someone something soon still such than that that's the their them then there " +
    "these they thing things think this thought through time too told took two under until upon use " +
    "used very want wanted was way well went were what when where which while who why will with " +
    "would yes you your i'm named name start started suddenly didn't couldn't can't").split(" "),
);

/** Up to `n` different headers of a one-line story; fewer when it is too short for more. */
export function storyHeaders(story: string, random: Random, { n = 1 } = {}): string[] {
  const parts = storyParts(story);
  const headers = new Set<string>();
  for (let tries = 0; headers.size < n && tries < n + TRIES; tries++) {
    headers.add(storyHeader(parts, random));
  }
  return [...headers];
}

type Parts = { words: string[]; features: string[]; sentences: string[]; summary?: string };

/** Three words always, the other fields each with a chance of one half, all in a random order. */
function storyHeader({ words, features, sentences, summary }: Parts, random: Random): string {
  const chosen = random.shuffle([...words]).slice(0, 3);
  const fields = [`Words: ${chosen.join(", ")}`];
  if (features.length > 0 && random.int(2) === 0) fields.push(`Features: ${features.join(", ")}`);
  if (summary !== undefined && random.int(2) === 0) fields.push(`Summary: ${summary}`);
  if (sentences.length > 0 && random.int(2) === 0) {
    fields.push(`Random sentence: ${random.pick(sentences)}`);
  }
  return random.shuffle(fields).map((field) => `${field}\n`).join("");
}

function storyParts(story: string): Parts {
  const counts = new Map<string, number>();
  for (const [word] of story.matchAll(/(?<![\w'’])[a-z]+(?:'[a-z]+)?(?!\w)/g)) { // no names
    if (word.length > 2 && !COMMON.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const sentences = story.split(/(?<=[.!?])\s+/).filter((sentence) =>
    !/["“”]/.test(sentence) && /^[A-Z].*[.!?]$/.test(sentence) &&
    wordCount(sentence) >= 4 && wordCount(sentence) <= LONGEST_SENTENCE
  );
  const weight = (sentence: string) =>
    [...new Set(sentence.match(/[a-z']+/g))].reduce(
      (sum, word) => sum + (counts.get(word) ?? 0),
      0,
    );
  const weights = sentences.map(weight);
  const telling = sentences[weights.indexOf(weights.reduce((a, b) => Math.max(a, b), 0))];
  // a story without spaces is no word of its header
  const words = counts.size > 0
    ? [...counts.keys()]
    : story.split(/\s+/).slice(0, 3).map((word) => [...word].slice(0, LONGEST_WORD).join(""));
  return { words, features: storyFeatures(story), sentences, summary: telling };
}

function storyFeatures(story: string): string[] {
  const end = story.split(/(?<=[.!?])\s+/).slice(-2).join(" ");
  return [
    ...(/["“]/.test(story) ? ["Dialogue"] : []),
    ...(/\b(moral|lesson|learned to|learned that)\b/.test(story) ? ["MoralValue"] : []),
    ...(/\b(sad|cried|cry|hurt|died|lost|sorry|never saw)\b/.test(end) ? ["BadEnding"] : []),
  ];
}
