import { assert, assertEquals, assertThrows } from "@std/assert";
import { asLatent, latentBundle } from "../../../lib/plot/notebook/latent.ts";

const place = (activation: number) => ({ before: "a <", token: " b", after: "\n", activation });
const ROWS = [
  { name: "S", fires: "3 of 9 tokens", places: [place(2), place(1)] },
  { name: "DF", fires: "0 of 9 tokens", places: [] },
];

Deno.test("latentBundle() marks the firing token, the deeper the stronger it fires", () => {
  const html = latentBundle(ROWS, "latent 3")["text/html"] as string;
  const marks = [
    ...html.matchAll(/a &lt;<mark style="background:rgba\(240,128,107,([\d.]+)\)"> b<\/mark>⏎/g),
  ];
  assertEquals(marks.map(([, depth]) => Number(depth)), [0.75, 0.45]);
});

Deno.test("latentBundle() has a line of text for each place, and one where it never fires", () => {
  assertEquals(
    latentBundle(ROWS, "latent 3")["text/plain"],
    "latent 3\nS   3 of 9 tokens  a <[ b]⏎ (2.00)\n                   a <[ b]⏎ (1.00)\nDF  0 of 9 tokens",
  );
});

Deno.test("asLatent() refuses rows that are none, and changes nothing else of them", () => {
  assertThrows(() => asLatent([], "latent 3"), RangeError, "Cannot show a latent");
  assertEquals(asLatent(ROWS, "latent 3"), ROWS);
  assert(Symbol.for("Jupyter.display") in asLatent(ROWS, "latent 3"));
});
