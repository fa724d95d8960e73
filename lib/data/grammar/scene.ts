/**
 * The words of one story: who plays in it, with which things, where.
 *
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import type { Plot } from "./plot.ts";
import * as words from "./words.ts";

/** Fills the slots of a text. `drawn` holds the slots that are fixed so far. */
export type Scene = { expand(text: string): string; drawn: Map<string, string> };

/** Lists of the slots that any plot may use. */
const COMMON: Record<string, readonly string[]> = {
  trait: words.TRAITS,
  elder: words.ELDERS,
  at: words.OUTDOORS,
  inside: words.INDOORS,
  weather: words.WEATHER,
  daytime: words.DAYTIMES,
  color: words.COLORS,
  size: words.SIZES,
  food: words.FOODS,
  sweet: words.SWEETS,
  meal: words.MEALS,
  toy: words.TOYS,
  game: words.GAMES,
  joy: words.JOYS,
  job: words.JOBS,
  animal: words.WILD_ANIMALS,
  noise: words.NOISES,
  home: words.HOMES,
  number: words.NUMBERS,
};

/** Lists of the slots that are drawn anew at every use. */
const FRESH: Record<string, readonly string[]> = {
  glad: words.GLAD,
  sad: words.SAD,
  scared: words.AFRAID,
  cross: words.CROSS,
  walked: words.WALKED,
  softly: words.SOFTLY,
  tasty: words.TASTY,
  trait2: words.TRAITS,
};

const PRONOUNS = { girl: ["she", "her", "her"], boy: ["he", "him", "his"] };
const WOMEN = new Set(["mom", "grandma", "aunt", "mother"]);

/** Three heroes of ten are animals; a friend is never the hero's namesake. */
export function makeScene(plot: Plot, random: Random): Scene {
  const drawn = new Map<string, string>();
  const [hero, friend] = [makePerson(random), makePerson(random)];
  while (friend.name === hero.name) Object.assign(friend, makePerson(random));
  drawn.set("kind", random.int(10) < 3 ? random.pick(words.CREATURES) : hero.sex);
  setPerson(drawn, "", hero.sex);
  setPerson(drawn, "f", friend.sex);
  drawn.set("hero", hero.name).set("friend", friend.name);

  function value(slot: string): string {
    const known = drawn.get(slot);
    if (known !== undefined) return known;
    const fresh = plot.slots[slot] === undefined ? FRESH[slot] : undefined;
    if (fresh !== undefined) return random.pick(fresh);
    if (slot === "when") return `One ${value("when2").slice("one ".length)}`;
    if (slot === "when2") return `one ${random.pick(words.WEATHER)} ${random.pick(words.DAYTIMES)}`;
    if (/^e(he|him|his)$/.test(slot)) {
      setPerson(drawn, "e", WOMEN.has(value("elder")) ? "girl" : "boy");
      return drawn.get(slot)!;
    }
    const base = slot.replace(/2$/, "");
    const list = plot.slots[base] ?? COMMON[base];
    if (list === undefined) {
      throw new Error(`Cannot fill a text: expected a slot but found ${slot}`);
    }
    const [first, second = first] = random.pick(list).split("/");
    drawn.set(base, first).set(`${base}2`, second);
    return drawn.get(slot)!;
  }

  function expand(text: string): string {
    const filled = text.replaceAll(/\{(a )?(\w+)\}/g, (_, article, slot) => {
      const word = value(slot.toLowerCase());
      if (article) return `${words.UNCOUNTED.has(word) ? "some" : "a"} ${word}`;
      return slot === slot.toLowerCase() ? word : word[0].toUpperCase() + word.slice(1);
    });
    return filled.replaceAll(/\b(a|A) (?=[aeio]|umb|hon|hour)/g, "$1n ").replaceAll(
      /\ban (?=one)/g,
      "a ",
    );
  }

  return { expand, drawn };
}

function makePerson(random: Random): { name: string; sex: "girl" | "boy" } {
  const sex = random.pick(["girl", "boy"] as const);
  return { name: random.pick(sex === "girl" ? words.GIRLS : words.BOYS), sex };
}

function setPerson(drawn: Map<string, string>, prefix: string, sex: "girl" | "boy"): void {
  ["he", "him", "his"].forEach((slot, i) => drawn.set(prefix + slot, PRONOUNS[sex][i]));
}
