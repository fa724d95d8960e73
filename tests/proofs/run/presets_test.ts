import { assert, assertEquals } from "@std/assert";
import { proofsSettings } from "../../../lib/proofs/run/presets.ts";

Deno.test("proofsSettings(): every preset has K = 4 and larger K, and smoke has the fewest models", () => {
  const counts = (["smoke", "small", "paper"] as const).map((preset) => {
    const { families } = proofsSettings(preset);
    assert(families.some(({ K }) => K === 4) && families.some(({ K }) => K > 4));
    return families.reduce((sum, { seeds }) => sum + seeds, 0);
  });
  assertEquals(counts.toSorted((a, b) => a - b), counts);
  assertEquals(counts[2], 5 * 151);
});
