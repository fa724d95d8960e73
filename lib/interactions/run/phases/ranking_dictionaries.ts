/** The same measures on other dictionaries and models, for the phase `ranking`. @module */
import { blocksOf } from "../../players/blocks.ts";
import { makePlayers } from "../../players/players.ts";
import { textParts } from "../../../crosscoder/text_parts.ts";
import { type ExcessShares, excessShares, pooledExcess } from "../../ranking/excess_shares.ts";
import { twinShares } from "../../ranking/lists.ts";
import { firingOf, pairOverlaps } from "../../ranking/overlap.ts";
import { topOf } from "../../ranking/top.ts";
import { curveOf } from "../../ranking/versions.ts";
import { LEARNT_FROM } from "../names.ts";
import { readPairTable } from "../pair_tables.ts";
import type { Finished } from "../phase.ts";
import type { Sources } from "../sources.ts";
import type { MeasuredPairs, Pairs } from "./pairs.ts";
import type { DictionaryRow } from "./ranking_form.ts";

/** Excess and firing are measured on `text`, pairs are those of the phase `pairs`. */
export type DictionaryOptions = { text: readonly Uint32Array[]; top: number; every: number };

/** Every dictionary of the phase `pairs`: seeds, another recipe, the ReLU model, the second model. */
export async function otherDictionaries(
  sources: Sources,
  { result: { tables }, folder }: Finished<Pairs>,
  options: DictionaryOptions,
): Promise<DictionaryRow[]> {
  const rows = [];
  for (const table of tables) rows.push(await rowOf(sources, { table, folder }, options));
  return rows;
}

async function rowOf(
  sources: Sources,
  { table, folder }: { table: MeasuredPairs; folder: string },
  { text, top, every }: DictionaryOptions,
): Promise<DictionaryRow> {
  const model = await sources.model(LEARNT_FROM[table.coder][0]);
  const coder = await sources.coder(table.coder, table.number);
  const blocks = await blocksOf(model, coder);
  const excess: ExcessShares[] = [], fired = [];
  for await (const part of textParts(model, coder, text)) {
    const { active, first, pos } = part;
    const read = text.slice(first / pos, (first + active.tokens) / pos);
    fired.push({ active, ids: read.flatMap((ids) => [...ids]) });
    for (const { mlp, site } of blocks) {
      using players = makePlayers(model.gpu, { mlp, coder, site, part });
      excess.push(await excessShares(players, { W_out: mlp.W_out, every }));
    }
  }
  const firing = firingOf(fired), { fires, tokens } = firing;
  const { pairs, count, value } = await readPairTable(folder, table);
  const S_mean = blocks.map(({ layer }) => value(layer, "removal", "S_mean"));
  const sum = S_mean[0].map((_, p) => S_mean.reduce((all, column) => all + column[p], 0));
  const { words } = twinShares(pairOverlaps(pairs, count, firing), topOf(sum, top));
  const { fraction, share, bound } = pooledExcess(excess);
  return {
    coder: table.coder,
    number: table.number,
    L0: fires.reduce((all, many) => all + many, 0) / tokens,
    pairs: table.met,
    candidates: table.pairs,
    fraction,
    share,
    bound,
    needed: S_mean.reduce((all, column) => all + curveOf(column).needed, 0) / S_mean.length,
    twins: words,
  };
}
