/** A text's active latents in one piece, and its activations at some sites on the CPU. @module */
import type { Crosscoder } from "../../crosscoder/coder.ts";
import type { LanguageModel } from "../../model/language_model.ts";
import type { ActiveLatents } from "../players/active.ts";
import { textParts } from "../players/text.ts";

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
  const parts: ActiveLatents[] = [],
    rows = new Map(sites.map((site) => [site, [] as Float32Array[]]));
  for await (const { active, x } of textParts(model, coder, text)) {
    parts.push(active);
    for (const site of sites) rows.get(site)!.push(await x[site].read());
  }
  return {
    active: joined(parts, coder.config.d_sae),
    x: new Map([...rows].map(([site, found]) => [site, concat(Float32Array, found)])),
  };
}

/** Parts behind one another. */
export function joined(parts: readonly ActiveLatents[], d_sae: number): ActiveLatents {
  const start = [0];
  for (const part of parts) {
    const before = start.at(-1)!;
    for (let t = 1; t <= part.tokens; t++) start.push(before + part.start[t]);
  }
  return {
    tokens: start.length - 1,
    d_sae,
    start: Uint32Array.from(start),
    latent: concat(Uint32Array, parts.map(({ latent }) => latent)),
    act: concat(Float32Array, parts.map(({ act }) => act)),
  };
}

type Numbers = Float32Array | Uint32Array;

function concat<T extends Numbers>(Kind: { new (length: number): T }, parts: readonly T[]): T {
  const all = new Kind(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
