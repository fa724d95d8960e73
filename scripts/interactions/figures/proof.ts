/**
 * interactions-proof (I11): what error of the reconstruction does a proof of what length buy?
 *
 *   deno task figures interactions-proof
 *
 * Error at the MLP inputs against the FLOPs of a proof that goes by features and pairs, brute force
 * as a line; and how many pairs a layer's residual asks for.
 *
 * @module
 */
import type { Proof, ProofPoint } from "../../../lib/interactions/run/phases/proof_form.ts";
import type { InteractionsResults } from "../../../lib/interactions/run/results.ts";
import { type BoundPanel, boundScatter } from "../../../lib/plot/bound_scatter.ts";
import { colourScale } from "../../../lib/plot/series.ts";
import type { Spec } from "../../../lib/plot/theme.ts";
import type { Figure } from "../../system.ts";
import { proofLines } from "../lines/proof.ts";

const TITLE = "Reconstruction error against length of proof";

/** Draws both. */
export const proof: Figure<InteractionsResults> = {
  id: "interactions-proof",
  title: TITLE,
  caption:
    "Share of variance left at the MLP inputs against the FLOPs of a proof by features and co-active pairs " +
    "(bookkeeping: nothing is said of how errors propagate), for dictionaries as trained and with fewer latents kept.",
  draw({ proof }) {
    return {
      spec: [
        { spec: lengths(proof) },
        {
          suffix: "pairs",
          caption:
            "Pairs that have to be looked at before the bound of all others is below a share of what the block's MLP adds, where the norm of every pair is known, and where the min bound alone is.",
          spec: pairs(proof),
        },
      ],
      lines: proofLines(proof),
    };
  },
};

function lengths({ points, tokens }: Proof): Spec {
  const [{ length: { bruteForce } }] = points, errors = points.map(({ FVU }) => FVU);
  const colours = ["#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00"];
  const names = [...new Set(points.map(seriesOf))];
  return boundScatter([{
    title: "",
    points: points.map((point) => ({
      x: point.length.total / 1e9,
      y: point.FVU,
      series: seriesOf(point),
      label: `${point.coder}, seed ${point.number}: ${point.d_sae} latents, ` +
        `${point.L0.toFixed(1)} a token, ${point.pairs} pairs`,
    })),
    curves: [{
      label: "brute force",
      at: [Math.max(...errors), Math.min(...errors)].map((y) => ({ x: bruteForce / 1e9, y })),
    }],
  }], {
    title: TITLE,
    subtitle: [
      `${
        tokens.toLocaleString("en-US")
      } tokens; left of the line the proof is shorter than running the model.`,
    ],
    xTitle: "GFLOP of the proof",
    yTitle: "share of variance left (FVU)",
    logX: true,
    logY: true,
    colours: Object.fromEntries(names.map((name, n) => [name, colours[n % colours.length]])),
    shapes: { "as trained": "square" },
    width: 560,
    height: 400,
  });
}

function seriesOf({ trained, d_sae }: ProofPoint): string {
  return trained ? "as trained" : `${d_sae} latents kept`;
}

const WAYS = { byNorm: "Norms of all pairs known", byBound: "By the min bound alone" } as const;

/** ε on the y axis: how little is left, by the share of all pairs that have been looked at. */
function pairs({ needed: blocks }: Proof): Spec {
  const seriesOf = ({ layer }: { layer: number }) => `block ${layer}`;
  const { domain, range } = colourScale(blocks.map(seriesOf));
  const panel = (way: keyof typeof WAYS): BoundPanel => {
    const curves = blocks.map((block) => ({
      series: seriesOf(block),
      label: seriesOf(block),
      at: block.needed.map((row) => ({ x: row[way] / block.pairs, y: row.epsilon })),
    }));
    return {
      title: WAYS[way],
      points: curves.flatMap(({ at, series, label }) =>
        at.map((place) => ({ ...place, series, label }))
      ),
      curves,
    };
  };
  return boundScatter([panel("byNorm"), panel("byBound")], {
    title: "What is left of a block's residual when so many pairs are looked at",
    subtitle: ["Of the pairs that met; mean over tokens, as a share of what the MLP adds."],
    xTitle: "share of the pairs looked at",
    yTitle: "bound of the rest",
    logY: true,
    colours: Object.fromEntries(domain.map((name, n) => [name, range[n] as string])),
    width: 380,
    height: 320,
  });
}
