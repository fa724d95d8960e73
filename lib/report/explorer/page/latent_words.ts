/** What is said of a latent in a few words: by its point, in a row of the table, to who listens. @module */
import type { Explorer } from "./explorer.ts";
import { formatValue } from "./format.ts";
import type { Scene } from "./scene.ts";
import { columnOf } from "./unpack.ts";

/** The titles of the marks that a latent has. */
export function flagsOf({ flags }: Explorer, latent: number): string[] {
  return flags.filter(({ values }) => values[latent] === 1).map(({ title }) => title);
}

/** The same behind the title of its group. */
export function marksOf(explorer: Explorer, latent: number): string[] {
  const { groups } = explorer, flags = flagsOf(explorer, latent);
  return groups === undefined ? flags : [groups.names[groups.values[latent]].title, ...flags];
}

/** Its two numbers on the axes, with their titles. */
export function numbersOf({ explorer, axes }: Scene, latent: number): string[] {
  return [axes.x, axes.y].map((id) => {
    const { title, values, digits } = columnOf(explorer, id);
    return `${title} ${formatValue(values[latent], digits)}`;
  });
}

/** The tokens on which a latent fires most in a stage, each once. */
export function topTokens({ windows }: Explorer, latent: number, stage: number): string[] {
  return [...new Set(windows.top(latent, stage).map(({ tokens, at }) => tokens[at]))];
}

/** All of it in a sentence, for a screen reader. */
export function described(scene: Scene, latent: number): string {
  const { explorer, stage } = scene;
  const fires = `fires on ${topTokens(explorer, latent, stage).join(", ") || "nothing"}`;
  const words = [...numbersOf(scene, latent), ...marksOf(explorer, latent), fires];
  return [`Latent ${latent}`, ...words].join(", ");
}
