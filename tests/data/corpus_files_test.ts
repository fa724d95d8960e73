import { assertEquals, assertThrows } from "@std/assert";
import { chooseFiles } from "../../lib/data/corpus_files.ts";

const chosen = (...names: string[]) => chooseFiles("here", names);
const TINY = [
  ".gitattributes",
  "README.md",
  "Evaluation prompts.yaml",
  "TinyStories-train.txt",
  "TinyStories-valid.txt",
  "TinyStoriesV2-GPT4-train.txt",
  "TinyStoriesV2-GPT4-valid.txt",
  "TinyStories_all_data.tar.gz",
];
const SHARDS = ["1-of-00002-5a", "0-of-00002-2d"].map((shard) => `data/train-0000${shard}.parquet`);
const HELD = "data/validation-00000-of-00001-86.parquet";

Deno.test("chooseFiles() takes the shards of one set in their order, Parquet before text", () => {
  assertEquals(chosen(...TINY, ...SHARDS, HELD), { train: SHARDS.toSorted(), test: [HELD] });
  assertEquals(chosen("a/train.jsonl", "a/test.jsonl", "a/dev.jsonl", "notes.txt"), {
    train: ["a/train.jsonl"],
    test: ["a/test.jsonl"],
  });
  assertEquals(chosen("test.txt", "train.txt", "validation.txt").test, ["validation.txt"]);
  assertEquals(chosen("Training.TXT"), { train: ["Training.TXT"], test: [] });
});

Deno.test("chooseFiles() pairs files by the rest of their names, and takes no part of a word", () => {
  assertEquals(chosen("a/train.txt", "b/valid.txt"), { train: ["a/train.txt"], test: [] });
  assertEquals(chosen("trains.txt"), { train: ["trains.txt"], test: [] }); // the one file there is
  assertEquals(chosen("LICENSE.txt", "README.txt", "tales.txt").train, ["tales.txt"]);
});

Deno.test("chooseFiles() names the files where several could be meant, or none", () => {
  const refused: [string[], string][] = [
    [TINY, "found TinyStories-train.txt, TinyStoriesV2-GPT4-train.txt: name the file"],
    [["a.txt", "b.txt"], "found a.txt, b.txt: name the file"],
    [["README.md", "a.zip"], "found README.md, a.zip: name the file"],
    [["en/train-0-of-1.parquet", "de/train-0-of-1.parquet"], "found de/train-0-of-1.parquet, en/"],
    [[], "found no files: name another place"],
    [Array.from({ length: 20 }, (_, i) => `${i}.txt`), "and 8 more: name the file"],
  ];
  for (const [names, message] of refused) assertThrows(() => chosen(...names), RangeError, message);
});
