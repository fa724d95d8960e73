/** A text's active latents in one piece, and its activations at some sites on the CPU. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import { concatenated } from "../arrays.ts";
import type { ActiveLatents } from "../../crosscoder/active_latents.ts";
import { joinActive } from "../players/active_text.ts";
import { textParts } from "../../crosscoder/text_parts.ts";

/** x by site [tokens, d_in], of the sites asked for. */
export type ReadText = { active: ActiveLatents; x: Map<number, Float32Array> };

/** Reads a text whole: some thousands of tokens. */
export async function readWhole(
  { model, coder, text }: {
    model: LanguageModel;
    coder: Crosscoder;
    text: readonly ArrayLike<number>[];
  },
  sites: readonly number[] = [],
): Promise<ReadText> {
  const parts: ActiveLatents[] = [];
  const rows = new Map(sites.map((site) => [site, [] as Float32Array[]]));
  for await (const { active, x } of textParts(model, coder, text)) {
    parts.push(active);
    for (const site of sites) rows.get(site)!.push(await x[site].read());
  }
  return {
    active: joinActive(parts),
    x: new Map([...rows].map(([site, found]) => [site, concatenated(found)])),
  };
}
