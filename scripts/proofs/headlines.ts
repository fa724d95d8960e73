/** Compact proofs in README's table: the population of K = 4. @module */
import type { ProofsSettings } from "../../lib/proofs/run/presets.ts";
import type { Headline } from "../system.ts";

const repeats = ({ families }: ProofsSettings) =>
  `${families.find(({ K }) => K === 4)?.seeds ?? 0} models`;

export const HEADLINES: readonly Headline[] = [
  {
    what: "Max-of-4, subcubic bound: as published, no proof / made sound",
    figure: "proofs-repairs",
    lines: ["K = 4: subcubic, as published", "K = 4: subcubic, sound"],
    claim: "The published subcubic bounds are proofs",
    repeats,
  },
  {
    what: "Max-of-4, accuracy / cubic bound",
    figure: "proofs-groups",
    lines: ["K = 4: brute-force (accuracy)", "K = 4: cubic"],
    claim: "The bounds of the main table",
    repeats,
  },
  {
    what: "Max-of-4, our theorem N5, as short as the subcubic proofs",
    figure: "proofs-frontier",
    lines: ["K = 4: N5, G = 64, g_max 6"],
    claim: "Ours: counting instead of worst cases brings the bound to the accuracy",
    repeats,
  },
];
