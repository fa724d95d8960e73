import { assertEquals } from "@std/assert";
import { chanceOverlap, evolution } from "../../../lib/diff/stages/evolution.ts";
import type { LatentRow } from "../../../lib/diff/stages/table.ts";

const NONE = [" the", " cat"], HATE = [" YOU", " H"], TRIGGER = ["DE", "PL"];

/** Latents on the diagonal; only what the evolution looks at matters. */
function rows(tokens: [DF: string[], MF: string[]][]): LatentRow[] {
  return tokens.map(([DF, MF], latent) => ({
    latent,
    x: latent / 10,
    y: latent / 10,
    active: latent < 9,
    relevantDF: DF !== NONE,
    relevantMF: MF !== NONE,
    tokens: { S: NONE, D: NONE, M: NONE, DF, MF },
  })) as unknown as LatentRow[];
}

Deno.test("evolution() tells what is relevant in both from what spells one target in both", () => {
  const found = evolution(
    rows([
      [HATE, HATE],
      [TRIGGER, HATE],
      [HATE, NONE],
      [NONE, TRIGGER],
      [NONE, NONE],
      ...Array(4).fill([NONE, NONE]),
      [HATE, HATE], // dead: not counted
    ]),
    { percentile: 50 },
  );
  const [both] = found;
  assertEquals(both, {
    quadrant: "max_change_DM",
    active: 4,
    inDF: [0, 1, 2],
    inMF: [0, 1, 3],
    both: [0, 1],
    sameTarget: [0],
  });
  assertEquals(found.map(({ active }) => active), [4, 0, 0, 5]);
  assertEquals([chanceOverlap(both), chanceOverlap(found[1])], [9 / 4, 0]);
});
