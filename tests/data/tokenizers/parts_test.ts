// Fixture: tests/fixtures/small_tokenizers.py, tokenizers 0.23.3; single parts of tokenizer.json on odd texts.
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { Tokenizer as Package } from "@huggingface/tokenizers";
import { normalizerOf } from "../../../lib/data/tokenizers/hugging_face/normalizers.ts";
import { preTokenizerOf } from "../../../lib/data/tokenizers/hugging_face/pre_tokenizers.ts";
import { textOf } from "./_small.ts";

type Row = { kind: string; part: { type: string }; made: (string | string[])[] };
const { texts, parts }: { texts: string[]; parts: Row[] } = JSON.parse(textOf("parts"));
const reading = { action: "read a part" };

Deno.test("parts.json is what small_tokenizers.py made", () => {
  const digest = "bbf0469147b04632d42db1e6cb050a74858df1f01411f78a613ae48ba3cde9b9";
  assertEquals(createHash("sha256").update(textOf("parts")).digest("hex"), digest);
});

function packageOf(pre_tokenizer: unknown, normalizer: unknown): Package {
  const model = { type: "BPE", vocab: {}, merges: [] };
  const given = { model, normalizer, pre_tokenizer, post_processor: null, decoder: null };
  return new Package({ ...given, added_tokens: [] }, {});
}

for (const { kind, part, made } of parts) {
  Deno.test(`a ${kind} does what Rust's does: ${JSON.stringify(part)}`, () => {
    const found = kind === "normalizer"
      ? packageOf(null, normalizerOf(reading, part)).normalizer!
      : packageOf(preTokenizerOf(reading, part, []), null).pre_tokenizer!;
    texts.forEach((text, i) => {
      if (text === "") return; // nothing is asked about no text
      const here = "pre_tokenize" in found
        ? found.pre_tokenize(text, { section_index: 0 })
        : found.normalize(text);
      const rust = typeof made[i] === "string" ? made[i] : made[i].filter((piece) => piece !== "");
      const shown = Array.isArray(here) ? here.filter((piece) => piece !== "") : here;
      assertEquals(shown, rust, JSON.stringify(text));
    });
  });
}

Deno.test("the texts tell Rust's parts from the package's own", () => {
  const own = (part: object) => packageOf(part, null).pre_tokenizer!;
  for (
    const type of [
      "Whitespace",
      "WhitespaceSplit",
      "Punctuation",
      "Digits",
      "ByteLevel",
      "Metaspace",
    ]
  ) {
    const row = parts.find(({ part }) => part.type === type)!;
    const differ = texts.some((text, i) =>
      JSON.stringify(own(row.part).pre_tokenize(text, { section_index: 0 })) !==
        JSON.stringify(row.made[i])
    );
    assert(differ, type);
  }
});
