/** The same measures on other dictionaries and models, for the phase `ranking`. @module */
import { type ExcessShares, excessShares, pooledExcess } from "../../ranking/excess_shares.ts";
import { listed, twinShares } from "../../ranking/lists.ts";
import { rankText } from "../../ranking/rank_text.ts";
import { scoreText } from "../../ranking/score_text.ts";
import { curveOf } from "../../ranking/versions.ts";
import { type CoderName, LEARNT_FROM } from "../names.ts";
import type { Sources } from "../sources.ts";
import type { DictionaryRow } from "./ranking_form.ts";

export type DictionaryOptions = {
  text: readonly Uint32Array[];
  least: number;
  top: number;
  every: number;
  seeds: number;
};

/** Every seed of ft1's dictionary, another recipe, the ReLU model, the second language model. */
export async function otherDictionaries(
  sources: Sources,
  { seeds, ...options }: DictionaryOptions,
): Promise<DictionaryRow[]> {
  const seeded = Array.from({ length: seeds }, (_, number) => ({ coder: "mlp" as const, number }));
  const others = (["jumprelu", "relu", "second"] as const).map((coder) => ({ coder, number: 0 }));
  const rows = [];
  for (const of of [...seeded, ...others]) rows.push(await rowOf(sources, of, options));
  return rows;
}

async function rowOf(
  sources: Sources,
  { coder: name, number }: { coder: CoderName; number: number },
  { text, least, top, every }: Omit<DictionaryOptions, "seeds">,
): Promise<DictionaryRow> {
  const model = await sources.model(LEARNT_FROM[name][0]);
  const coder = await sources.coder(name, number);
  const parts: ExcessShares[] = [];
  const scored = await scoreText(model, coder, {
    text,
    metrics: ["removal"],
    async look(players, { mlp: { W_out } }) {
      parts.push(await excessShares(players, { W_out, every }));
    },
  });
  const ranked = rankText(scored, "removal"), { fraction, share, bound } = pooledExcess(parts);
  const [{ statistics: { count } }] = ranked.blocks;
  const { fires, tokens } = scored.firing;
  const needed = ranked.blocks.map(({ statistics: { S_mean } }) => curveOf(S_mean).needed);
  return {
    coder: name,
    number,
    L0: fires.reduce((sum, many) => sum + many, 0) / tokens,
    pairs: count.length,
    candidates: count.filter((many) => many >= least).length,
    fraction,
    share,
    bound,
    needed: needed.reduce((sum, of) => sum + of, 0) / needed.length,
    twins: twinShares(ranked.overlaps, listed(ranked, { n: top, by: "S_mean", least })).words,
  };
}
