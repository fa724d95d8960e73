/**
 * interactions-attention: does a pair that moves a score move the output, and how many keys does a
 * head mix?
 *
 *   deno task figures interactions-attention
 *
 * A panel a block: edges by the rank of their score before the softmax and by the rank of what their
 * removal does behind it; and how far each head's attention is shared.
 *
 * @module
 */
import type { BlockReport } from "../../../lib/interactions/attention/block_report.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { colourScale } from "../../../lib/plot/series.ts";
import type { Figure } from "../../system.ts";
import { attentionLines } from "../lines/attention.ts";

const TITLE = "Edges of attention: score before the softmax, output behind it";

/** Draws ranks before and behind the softmax, and participation by head. */
export const attention: Figure<InteractionsResults> = {
  id: "interactions-attention",
  title: TITLE,
  caption:
    "Edges (a latent of the query, a latent of an earlier key) stratified by attention times score: rank of the score " +
    "they add, all heads, against rank of the change of the block's output when they are removed; on the diagonal both " +
    "agree. Last panel: 1 − ΣA² by head, 0 where one key has all the attention.",
  numbers: "Attention",
  draw({ attention: { blocks } }) {
    const { domain, range } = colourScale(blocks.map(seriesOf));
    const spec = boundScatter([...blocks.map(rankPanel), participationPanel(blocks)], {
      title: TITLE,
      subtitle: [
        `${
          blocks[0].ranks.score.length
        } edges a block, held-out stories; ranks as shares of the sample.`,
      ],
      xTitle: "rank of Σ |γ|, before the softmax",
      yTitle: "rank of the exact removal, behind it",
      colours: Object.fromEntries(domain.map((name, at) => [name, range[at] as string])),
      hover: false,
      columns: 3,
      width: 260,
      height: 260,
    });
    return { spec, lines: attentionLines(blocks) };
  },
};

const seriesOf = ({ layer }: BlockReport) => `block ${layer}`;

function rankPanel(block: BlockReport): BoundPanel {
  const { ranks } = block, series = seriesOf(block);
  return {
    title: `Block ${block.layer}`,
    points: ranks.score.map((x, e) => ({ x, y: ranks.removal[e], series, label: `edge ${e}` })),
    curves: [{ label: "", at: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }],
  };
}

function participationPanel(blocks: readonly BlockReport[]): BoundPanel {
  return {
    title: "How many keys share a head",
    xTitle: "head",
    wholeX: true,
    yTitle: "participation 1 − ΣA²",
    yDomain: [0, 1],
    points: blocks.flatMap((block) =>
      block.participation.map((y, x) => ({
        x,
        y,
        series: seriesOf(block),
        label: `block ${block.layer}, head ${x}`,
      }))
    ),
  };
}
