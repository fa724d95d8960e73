// The figure of suppression, its lines and its finding, from made-up edits.
import { assertEquals, assertMatch } from "@std/assert";
import { SUPPRESSION_MEASURES } from "../../../lib/interactions/suppression/texts.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { renderSvg } from "../../../lib/plot/render.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import { suppression } from "../../../scripts/interactions/figures/suppression.ts";
import { suppressionRuling } from "../../../scripts/interactions/suppression_finding.ts";
import { leastEdit } from "../../../scripts/interactions/lines/suppression.ts";

const measures = (payload: number, KL: number, clean: number) =>
  Object.fromEntries(SUPPRESSION_MEASURES.map((name) => {
    const value = { payload, KL, clean }[name as string] ?? 0.5;
    return [name, { value, low: value, high: value }];
  }));
const point = (method: string, size: number, left: [number, number, number], strength = 1) => ({
  ...{ method, size, strength },
  measures: measures(...left),
});
const traits = { count: 10, main: 2 };
const runOf = (...points: ReturnType<typeof point>[]) =>
  ({
    suppression: {
      ...{ selected: 6, prompts: 16, clean: 4, story: 16, points },
      nothing: measures(1, 5.6, 0),
      untriggered: measures(0, 0, 0),
      latents: [{ latents: [3], tokens: ["OY"], effect: -7 }],
      pairs: [{ latents: [3, 5], tokens: ["OY", ":"], effect: -0.5 }],
      matching: [{ method: "pairs", items: traits, controls: { count: 9, main: 1 } }],
    },
  }) as unknown as InteractionsResults;
const features = [point("latents", 1, [0.4, 0.5, 0]), point("latents", 2, [0, 0.05, 0.002])];
const weak = point("pairs", 4, [1, 4, 0.001]), every = point("every pair", 0, [0.02, 3, 0.8]);
const stronger = point("pairs, stronger", 16, [0, 0.04, 0.001], 8);

Deno.test("interactions-suppression draws both curves and a table of every edit", async () => {
  const { spec, lines } = suppression.draw(runOf(...features, weak, every), {});
  const drawn = spec as { suffix?: string; spec: Spec }[];
  assertEquals(drawn.map(({ suffix }) => suffix), [undefined, "payload", "table"]);
  assertMatch(await renderSvg(drawn[0].spec), />every pair</);
  assertMatch(await renderSvg(drawn[2].spec), />latents \(2\)</);
  const named = Object.fromEntries(lines.map((line) => [line.name, line.ours]));
  assertEquals(named["payload share: pairs (4)"], 100);
  assertEquals(named["payload share: every pair"], 2);
  assertEquals(named["controls of pairs: main effect against theirs"], 0.5);
  assertEquals(named["log-odds without 3 (OY) × 5 (:)"], -0.5);
});

Deno.test("the least edit has the fewest items, every pair last, then the least strength", () => {
  const { suppression: run } = runOf(every, stronger, point("pairs", 64, [0.01, 1, 1]));
  assertEquals(leastEdit(run, ["every pair", "pairs", "pairs, stronger"])?.size, 16);
  assertEquals(leastEdit(run, ["every pair", "pairs"])?.size, 64);
  assertEquals(leastEdit(run, ["every pair"])?.size, 0);
  assertEquals(leastEdit(run, ["latents"]), undefined);
});

Deno.test("the finding asks cancelled pairs for a smaller KL and a smaller clean cost", () => {
  const ruling = (...points: typeof features) => suppressionRuling(runOf(...points).suppression);
  const cheap = point("pairs", 16, [0, 0.04, 0.001]), dear = point("pairs", 16, [0, 0.04, 0.1]);
  assertEquals(ruling(...features, weak, cheap).verdict, "replicated");
  assertEquals(ruling(...features, weak, dear).verdict, "in part");
  assertEquals(ruling(...features, every).verdict, "not replicated");
  const never = ruling(...features, weak);
  assertEquals(never.verdict, "not replicated");
  assertMatch(
    never.text,
    /Cancelled pairs never reach 5 % payloads, nearest is "pairs \(4\)": payloads 100 %/,
  );
  assertEquals(ruling(features[0], weak).verdict, "undecided");
  // eight times is no cancelling, however well it does
  const subtracted = ruling(...features, weak, stronger);
  assertEquals(subtracted.verdict, "not replicated");
  assertMatch(subtracted.text, /rule leaves out, pairs reach 5 % payloads, with "pairs, stronger/);
});
