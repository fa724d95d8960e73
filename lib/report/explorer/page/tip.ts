/** What a point tells while a pointer, or the keyboard's cursor, is on it. @module */
import { formatValue } from "./format.ts";
import type { Point } from "./nearest_point.ts";
import { html, type View } from "./preact.ts";
import { columnOf, type Explorer } from "./unpack.ts";
import type { Windows } from "./windows.ts";

type TipProps = {
  explorer: Explorer;
  windows: Windows;
  axes: { x: string; y: string };
  place: Point;
  width: number;
  height: number;
};

export function Tip({ explorer, windows, axes, place, width, height }: TipProps): View {
  const { latent, left, top } = place, { groups, stages } = explorer;
  const [x, y] = [columnOf(explorer, axes.x), columnOf(explorer, axes.y)];
  const marks = marksOf(explorer, latent);
  const style = {
    ...(left > width / 2 ? { right: `${width - left + 12}px` } : { left: `${left + 12}px` }),
    ...(top > height / 2 ? { bottom: `${height - top + 12}px` } : { top: `${top + 12}px` }),
  };
  return html`
    <div class="tip" style=${style} aria-hidden="true">
      <strong>Latent ${latent}</strong>
      <div>${x.title} ${formatValue(x.values[latent], x.digits)},
        ${" "}${y.title} ${formatValue(y.values[latent], y.digits)}</div>
      <div>${[groups?.names[groups.values[latent]].title, ...marks].filter(Boolean).join(
        ", ",
      )}</div>
      <dl>${stages.map(({ name }, stage) =>
        html`
          <dt>${name}</dt>
          <dd>${topTokens(windows, { latent, stage }).map((token) =>
            html`<span class="token">${token}</span>`
          )}</dd>
        `
      )}</dl>
    </div>
  `;
}

/** The tokens on which a latent fires most, each once. */
export function topTokens(
  windows: Windows,
  { latent, stage }: { latent: number; stage: number },
): string[] {
  return [...new Set(windows.top(latent, stage).map(({ tokens, at }) => tokens[at]))];
}

/** The titles of a latent's marks. */
export function marksOf({ flags }: Explorer, latent: number): string[] {
  return flags.filter(({ values }) => values[latent] === 1).map(({ title }) => title);
}
