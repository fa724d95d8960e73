/**
 * Which of many files are a data set's training texts and which its held-out ones, by their names.
 *
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { chooseFiles } from "./corpus_files.ts";
 * const names = ["README.md", "Tales-train.txt", "Tales-valid.txt"];
 * assertEquals(chooseFiles("tales", names), { train: ["Tales-train.txt"], test: ["Tales-valid.txt"] });
 * assertThrows(() => chooseFiles("tales", ["a.txt", "b.txt"]), RangeError, "found a.txt, b.txt");
 * ```
 * @module
 */
import { escaped, showName } from "../io/show.ts";

/** Names of files in the order in which they are read; no `test` where the set has none. */
export type ChosenFiles = { train: string[]; test: string[] };

/** Formats of stories, the one that is taken where a set has several first. */
const FORMATS = [/\.parquet$/i, /\.(jsonl|ndjson)$/i, /\.txt$/i];
const NO_STORIES = /(^|\/)(\.|readme|licen[cs]e|notice|requirements|.*prompts?\.)/i;

const TRAIN = /(?<![a-z])train(ing)?(?![a-z])/i;
/** Held-out files under these names, the one that is taken first. */
const HELD_OUT = [
  /(?<![a-z])(valid|validation|val)(?![a-z])/i,
  /(?<![a-z])test(?![a-z])/i,
  /(?<![a-z])dev(?![a-z])/i,
];
const SHARD = /[-_.]?\d+-of-\d+(-[0-9a-f]+)?/i;

/**
 * The shards of one training set, in order, and those of its held-out set, which has the same name
 * with "valid", "validation", "val", "test" or "dev" in place of "train". Where no name says what it is, the
 * one file there is. Throws where several could be meant, naming them; `place` is where they lie.
 */
export function chooseFiles(place: string, names: readonly string[]): ChosenFiles {
  const usable = names.filter((name) => !NO_STORIES.test(name)).sort();
  for (const format of FORMATS) {
    const sets = Map.groupBy(usable.filter((name) => format.test(name)), (name) => setOf(name));
    const trains = [...sets.keys()].filter((set) => TRAIN.test(set));
    if (trains.length > 1) throw manyFiles(place, trains.flatMap((set) => sets.get(set)![0]));
    if (trains.length === 0) continue;
    const [train] = trains;
    const held = HELD_OUT.flatMap((word) =>
      [...sets.keys()].filter((set) =>
        word.test(set) && set.replace(word, "*") === train.replace(TRAIN, "*")
      )
    );
    return { train: sets.get(train)!, test: sets.get(held[0]) ?? [] };
  }
  const stories = usable.filter((name) => FORMATS.some((format) => format.test(name)));
  if (new Set(stories.map(setOf)).size === 1) return { train: stories, test: [] };
  throw manyFiles(place, stories.length > 0 ? stories : [...names].sort());
}

/** The name without what tells the shards of one set apart. */
function setOf(name: string): string {
  return name.replace(SHARD, "");
}

const SHOWN = 12;

function manyFiles(place: string, names: readonly string[]): Error {
  const shown = names.slice(0, SHOWN).map(showName).join(", ");
  const rest = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return new RangeError(
    `Cannot choose the stories of ${
      escaped(place)
    }: expected one *.parquet, *.jsonl or *.txt with ` +
      `"train" in its name but found ${shown || "no files"}${rest}: ` +
      (names.length > 0 ? "name the file" : "name another place"),
  );
}
