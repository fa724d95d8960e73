/**
 * proofs-heat-maps (P5): what do the five tables of one model look like?
 *
 *   deno task figures proofs-heat-maps
 *
 * A picture for the first model of each population. Common colour limits as published, but for the
 * centred EVOU; tables that are blank by these are there once more with limits of their own.
 *
 * @module
 */
import { largestSize } from "../../../lib/numerics/numbers.ts";
import { type HeatMap, heatMaps } from "../../../lib/plot/heat_map.ts";
import { scoreTables } from "../../../lib/proofs/analysis/ablations.ts";
import { makeTables } from "../../../lib/proofs/tables/folded.ts";
import type { MaxOfKModel } from "../../../lib/proofs/max_of_k.ts";
import { tableLines } from "../lines/story.ts";
import type { Figure } from "../../system.ts";
import type { ProofsResults } from "../results.ts";
import { familyDrawings } from "./common.ts";

const TITLE = "The tables of one model";

/** Draws the tables of one model of each population. */
export const tableHeatMaps: Figure<ProofsResults> = {
  id: "proofs-heat-maps",
  title: TITLE,
  caption: "The five tables of one model.",
  numbers: "Size of the tables",
  draw(run) {
    const models = run.representatives;
    const spec = familyDrawings(models, ({ name, model }) =>
      heatMaps(
        withOwnLimits(mapsOf(model)).map((map) => ({
          ...map,
          title: `${map.title}, ±${rounded(largestSize(map.data))}`,
        })),
        {
          title: `${TITLE}: ${name}`,
          subtitle: [
            "Attention grows with the key token (EQKE), copying is the diagonal of EVOU; EU, EQKP and PVOU are noise beside them.",
            "Colours mean the same in the upper two rows but for the third map; in the last row each map has limits of its own, which",
            "are its largest entry, ±. Scores before the division by sqrt(d_head).",
          ],
        },
      ));
    const lines = models.flatMap(({ id, model }) => tableLines(id, mapsOf(model)));
    return { spec, lines };
  },
};

function mapsOf(model: MaxOfKModel): HeatMap[] {
  const tables = makeTables(model);
  const { v, K } = tables;
  const { EQKE, EQKP } = scoreTables(tables.model);
  const EVOU = tables.EVOU.lo;
  const centred = EVOU.map((x, n) => x - EVOU[Math.floor(n / v) * (v + 1)]);
  const byToken = { rows: v, cols: v, rowTitle: "attended token", colTitle: "logit of" };
  const byQuery = { rows: v, rowTitle: "query token" };
  return [
    { title: "EQKE: attention score", ...byQuery, cols: v, data: EQKE.data, colTitle: "key token" },
    { title: "EVOU: copying", ...byToken, data: EVOU },
    {
      title: "EVOU minus its diagonal",
      ...byToken,
      data: centred,
      limit: largestSize(centred),
    },
    { title: "EU: direct path", ...byQuery, cols: v, data: tables.EU.lo, colTitle: "logit of" },
    {
      title: "EQKP: position score",
      ...byQuery,
      cols: K,
      data: EQKP.data,
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
}

/** All maps, and those that are noise beside the others once more, by names that say how. */
function withOwnLimits(maps: readonly HeatMap[]): HeatMap[] {
  const again = maps.slice(3).map((map) => ({
    ...map,
    title: `${map.title.replace(/:.*/, "")}, own limits`,
    limit: largestSize(map.data),
  }));
  return [...maps, ...again];
}

/** "261", "3.4": short enough for a heading. */
function rounded(size: number): string {
  return size.toFixed(size < 10 ? 1 : 0);
}
