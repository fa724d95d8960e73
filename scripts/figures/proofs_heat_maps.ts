/**
 * proofs-heat-maps (P5): what do the five tables of one model look like?
 *
 *   deno task figures proofs-heat-maps
 *
 * The first model of the first population. Common colour limits, but for the centred EVOU.
 *
 * @module
 */
import { type HeatMap, heatMaps } from "../../lib/plot/heat_map.ts";
import { scoreTables } from "../../lib/proofs/run/ablations.ts";
import { readProofs, readProofsModel } from "../../lib/proofs/run/results.ts";
import { makeTables } from "../../lib/proofs/tables.ts";
import { tableLines } from "../report/proofs_story_lines.ts";
import type { FigureResult } from "./finish.ts";
import { finishProofs } from "./proofs_common.ts";

const ID = "proofs-heat-maps";
const TITLE = "The tables of one model";

/** Draws the tables of the run's first model. */
export async function draw(folder: string): Promise<FigureResult> {
  const run = await readProofs(folder);
  const { id } = run.models[0];
  const tables = makeTables(await readProofsModel(folder, id));
  const { v, K } = tables;
  const { EQKE, EQKP } = scoreTables(tables.model);
  const EVOU = tables.EVOU.lo;
  const centred = EVOU.map((x, n) => x - EVOU[Math.floor(n / v) * (v + 1)]);
  const byToken = { rowTitle: "attended token", colTitle: "logit of" };
  const maps: HeatMap[] = [
    {
      title: "EQKE: attention score",
      rows: v,
      cols: v,
      data: EQKE.data,
      rowTitle: "query token",
      colTitle: "key token",
    },
    { title: "EVOU: copying", rows: v, cols: v, data: EVOU, ...byToken },
    {
      title: "EVOU minus its diagonal",
      rows: v,
      cols: v,
      data: centred,
      ...byToken,
      limit: centred.reduce((top, x) => Math.max(top, Math.abs(x)), 0),
    },
    {
      title: "EU: direct path",
      rows: v,
      cols: v,
      data: tables.EU.lo,
      rowTitle: "query token",
      colTitle: "logit of",
    },
    {
      title: "EQKP: position score",
      rows: v,
      cols: K,
      data: EQKP.data,
      rowTitle: "query token",
      colTitle: "position",
    },
    {
      title: "PVOU: position",
      rows: K,
      cols: v,
      data: tables.PVOU.lo,
      rowTitle: "position",
      colTitle: "logit of",
    },
  ];
  const spec = heatMaps(maps, {
    title: `${TITLE}, ${id}`,
    subtitle: [
      "Attention grows with the key token (EQKE), copying is the diagonal of EVOU; EU, EQKP and PVOU are noise beside them.",
    ],
  });
  const lines = tableLines(id, maps);
  return await finishProofs(run, { id: ID, title: TITLE, spec, lines });
}
