/**
 * The embedded corpus: a seeded grammar that writes records like those of TinyStoriesInstruct.
 *
 * A record is one of 20 plots (grammar/plots_*.ts) with a hero, a friend, things and places drawn
 * from word lists (grammar/words.ts). Every story opens, goes through the beats of its plot, and
 * may end in a moral; the header's words, summary and random sentence are those of the story. Sizes
 * are chosen for models that read the first 128 tokens of a record: it has at least so many, and
 * the story begins early enough to fill a good part of them.
 *
 * @module
 */
import { type Random, stream } from "../numerics/random.ts";
import type { StoryRecord } from "./record.ts";
import type { Plot } from "./grammar/plot.ts";
import { FINDING } from "./grammar/plots_finding.ts";
import { HELPING } from "./grammar/plots_helping.ts";
import { LEARNING } from "./grammar/plots_learning.ts";
import { TROUBLE } from "./grammar/plots_trouble.ts";
import { WONDER } from "./grammar/plots_wonder.ts";
import { makeScene, type Scene } from "./grammar/scene.ts";

const PLOTS: readonly Plot[] = [...FINDING, ...HELPING, ...LEARNING, ...TROUBLE, ...WONDER];

const OPENINGS = [
  "Once upon a time, there was a {trait} {kind} named {hero}.",
  "Once upon a time, there lived a {trait} {kind} named {hero}.",
  "Once there was a {trait} {kind} called {hero}.",
  "{hero} was a {trait} {kind} who lived near a {size} {home}.",
  "In a {size} {home}, there lived a {trait} {kind} named {hero}.",
  "Long ago, a {trait} {kind} named {hero} lived with {his} {elder}.",
];

const ASIDES = [
  "{He} lived with {his} {elder} and had many friends.",
  "Every day, {he} played {game} with {his} best friend {friend}.",
  "{He} was as {trait2} as can be.",
  "{He} liked to eat {sweet} and to play {game}.",
  "{His} friend {friend} was very {trait2} too.",
  "People said that {he} was the most {trait2} {kind} in the world.",
  "{He} always wore {color} clothes.",
];

const LEAST_RECORD = 132; // words and marks: each is at least one token, so the first 128 are full
const LEAST_STORY = 96;
const LONGEST_RANDOM_SENTENCE = 14;

/** `n` records; the first ones of a longer list with the same seed. */
export function* grammarRecords(seed: number, n: number): Generator<StoryRecord, void> {
  const random = stream(seed, "grammar");
  for (let i = 0; i < n; i++) yield grammarRecord(random);
}

/** One record, drawn from the stream. */
function grammarRecord(random: Random): StoryRecord {
  const plot = random.pick(PLOTS);
  const scene = makeScene(plot, random);
  const opening = scene.expand(random.pick(OPENINGS));
  const told = plot.beats.map((beat) => scene.expand(random.pick(beat)));
  const moral = plot.morals !== undefined && random.int(2) === 0;
  if (moral) told.push(scene.expand(random.pick(plot.morals!)));
  const header = makeHeader(plot, scene, `${opening} ${told.join(" ")}`, { moral, random });
  const asides = random.shuffle([...ASIDES]);
  const before = [opening];
  const size = () => countMarks(before.join(" ")) + countMarks(told.join(" "));
  while (
    asides.length > 0 && (size() < LEAST_STORY || size() + countMarks(header) < LEAST_RECORD)
  ) {
    before.push(scene.expand(asides.pop()!));
  }
  return { header, story: [...before, ...told].join(" ") };
}

/** Fields in a random order, each present more often than not, at least one of them. */
function makeHeader(
  plot: Plot,
  scene: Scene,
  story: string,
  { moral, random }: { moral: boolean; random: Random },
): string {
  const features = [
    ...(story.includes('"') ? ["Dialogue"] : []),
    ...(plot.features ?? []),
    ...(moral ? ["MoralValue"] : []),
  ];
  const fields = [`Words: ${pickWords(plot, scene, story, random).join(", ")}`];
  if (features.length > 0 && random.int(10) < 8) fields.push(`Features: ${features.join(", ")}`);
  const summary = pickSummary(plot, scene, story, random);
  if (summary !== undefined && random.int(10) < 9) fields.push(`Summary: ${summary}`);
  const sentences = story.match(/[^.!?]+[.!?]+["]?/g)!.map((sentence) => sentence.trim())
    .filter((text) =>
      /^[A-Z][^"]+$/.test(text) && text.split(" ").length <= LONGEST_RANDOM_SENTENCE
    );
  if (sentences.length > 0 && random.int(10) < 4) {
    fields.push(`Random sentence: ${random.pick(sentences)}`);
  }
  if (fields.length > 1 && random.int(10) === 0) fields.shift();
  return random.shuffle(fields).map((field) => `${field}\n`).join("");
}

/** Three words that the story contains. */
function pickWords(plot: Plot, scene: Scene, story: string, random: Random): string[] {
  const inStory = new Set(story.match(/[A-Za-z]+/g));
  const slots = Object.keys(plot.slots).map((slot) => scene.drawn.get(slot) ?? "");
  const candidates = [...plot.keywords.split(" "), ...slots, scene.drawn.get("trait")!];
  return random.shuffle([...new Set(candidates)].filter((word) => inStory.has(word))).slice(0, 3);
}

/** A summary that names only what the story names. */
function pickSummary(plot: Plot, scene: Scene, story: string, random: Random): string | undefined {
  const told = (text: string) =>
    [...text.matchAll(/\{(?:a )?(\w+)\}/g)].every(([, slot]) => {
      const word = scene.drawn.get(slot.toLowerCase());
      return word !== undefined &&
        (hasWord(story, word) || hasWord(story, word[0].toUpperCase() + word.slice(1)));
    });
  const candidates = plot.summary.filter(told);
  return candidates.length > 0 ? scene.expand(random.pick(candidates)) : undefined;
}

/** Whether a text holds a word or phrase as a whole: Tim is not in Time. */
function hasWord(text: string, word: string): boolean {
  const isLetter = (at: number) => /[a-z]/i.test(text[at] ?? "");
  let at = text.indexOf(word);
  while (at !== -1 && (isLetter(at - 1) || isLetter(at + word.length))) {
    at = text.indexOf(word, at + 1);
  }
  return at !== -1;
}

function countMarks(text: string): number {
  return text.match(/[A-Za-z']+|[^\sA-Za-z]/g)?.length ?? 0;
}
