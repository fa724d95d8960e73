/** The points of the scatter, and what marks some of them. @module */
import type { Explorer } from "./explorer.ts";
import type { Point } from "./nearest_point.ts";
import { html, type View } from "./preact.ts";

/** What nothing marks lies below, what is marked above. */
export function marksView({ groups, flags }: Explorer, points: readonly Point[]): View {
  const marked = flags.filter(({ mark }) => mark);
  const isMarked = ({ latent }: Point) => marked.some(({ values }) => values[latent] === 1);
  const ordered = [...points.filter((point) => !isMarked(point)), ...points.filter(isMarked)];
  return html`
    <g class="points">
      ${ordered.map(({ latent, left, top }) =>
        html`
          <circle class=${`group-${groups?.values[latent] ?? 1}`} data-latent=${latent}
            cx=${left.toFixed(1)} cy=${top.toFixed(1)} r="3.5" />
        `
      )}
      ${marked.map(({ mark, values }) =>
        ordered.filter(({ latent }) => values[latent] === 1).map(({ left, top }) =>
          html`<path class=${`mark ${mark}`} d=${markPath(mark!, left, top)} />`
        )
      )}
    </g>
  `;
}

/** The sign alone, for a legend. */
export function markSign(mark: "ring" | "cross"): View {
  return html`
    <svg class="sign" width="16" height="16" aria-hidden="true">
      <path class=${`mark ${mark}`} d=${markPath(mark, 8, 8)} />
    </svg>
  `;
}

/** A ring around the point, or a cross over it. */
function markPath(mark: "ring" | "cross", left: number, top: number): string {
  const [x, y] = [left.toFixed(1), top.toFixed(1)];
  return mark === "ring"
    ? `M${x} ${y}m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0`
    : `M${x} ${y}m-7 0h14m-7 -7v14`;
}
