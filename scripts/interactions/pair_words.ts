/** How pairs and their kinds are called in figures and on cards. @module */
import type { Card } from "../../lib/interactions/run/phases/cards.ts";

/** A share of positive strength from here on is called an AND, and its mirror image inhibition. */
const CLEAR = 0.65;

/** What a pair mostly does, by the share of its strength in neurons that gain from both. */
export function kindOf({ positive }: Pick<Card, "positive">): "AND" | "inhibition" | "mixed" {
  if (positive >= CLEAR) return "AND";
  return positive <= 1 - CLEAR ? "inhibition" : "mixed";
}

/** A latent of a card: its number and its word. */
export function nameOf({ i, j, names }: Pick<Card, "i" | "j" | "names">, side: number): string {
  return `${[i, j][side]} “${names[side]}”`;
}
