/** Norms of a latent's decoder vectors over the sites, a line a stage. @module */
import type { Explorer } from "./explorer.ts";
import { formatValue } from "./format.ts";
import { html, type View } from "./preact.ts";

const [WIDTH, HEIGHT, LEFT, TOP, BOTTOM] = [420, 210, 34, 10, 40];

type ProfileProps = { explorer: Explorer; latent: number };

export function ProfileView({ explorer: { profile, stages }, latent }: ProfileProps): View {
  const { sites, about } = profile, n = sites.length;
  const norms = stages.map((_, stage) =>
    Array.from({ length: n }, (_, site) => profile.norms[stage][latent * n + site])
  );
  const x = (site: number) =>
    n === 1 ? (LEFT + WIDTH) / 2 : LEFT + 8 + site * (WIDTH - LEFT - 24) / (n - 1);
  const y = (share: number) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  const every = Math.ceil(n / 6);
  return html`
    <section aria-labelledby="profile-title">
      <h3 id="profile-title">Decoder norm over sites</h3>
      <svg class="chart" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby="profile-title"
        aria-describedby="profile-table">
        ${[0, 0.5, 1].map((share) =>
          html`
            <line class="grid" x1=${LEFT} x2=${WIDTH - 8} y1=${y(share)} y2=${y(share)} />
            <text x=${LEFT - 5} y=${y(share) + 4} text-anchor="end">${share}</text>
          `
        )}
        ${sites.map((site, i) =>
          i % every === 0 && html`
            <text x=${x(i)} y=${HEIGHT - BOTTOM + 16 +
              (n > 3 && (i / every) % 2 ? 13 : 0)} text-anchor=${i === 0
              ? "start"
              : i === n - 1
              ? "end"
              : "middle"}>${shortSite(site)}</text>
          `
        )}
        ${norms.map((list, stage) => {
          const largest = Math.max(...list, 1e-12);
          const points = list.map((norm, site) =>
            `${x(site).toFixed(1)},${y(norm / largest).toFixed(1)}`
          );
          return html`<polyline class=${`line-${stage}`} points=${points.join(" ")} />
            ${n === 1 && html`<circle class=${`line-${stage}`} cx=${x(0)} cy=${y(1)} r="4" />`}`;
        })}
      </svg>
      <p class="legend">${stages.map(({ name }, stage) =>
        html`
          <span><svg width="26" height="10" aria-hidden="true"><line class=${`line-${stage}`} x1="1" x2="25" y1="5" y2="5" /></svg>${name}</span>
        `
      )}</p>
      <p class="hint">${about}</p>
      <details>
        <summary>Norms as numbers</summary>
        <div class="scroll">
          <table id="profile-table">
            <thead>
              <tr><th scope="col">site</th>${stages.map(({ name }) =>
                html`<th scope="col">${name}</th>`
              )}</tr>
            </thead>
            <tbody>${sites.map((site, i) =>
              html`
                <tr><th scope="row">${site}</th>${norms.map((list) =>
                  html`<td class="number">${formatValue(list[i])}</td>`
                )}</tr>
              `
            )}</tbody>
          </table>
        </div>
      </details>
    </section>
  `;
}

/** blocks.0.hook_resid_pre as 0.resid_pre: the whole name stands in the table. */
function shortSite(site: string): string {
  return site.replace(/^blocks\./, "").replace(/hook_/, "");
}
