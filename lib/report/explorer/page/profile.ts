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
  const names = sites.map(shortSite), { every, rows } = spacing(names);
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
        ${names.map((_, i) =>
          i % every === 0 && html`
            <text x=${x(i)} y=${HEIGHT - BOTTOM + 16 +
              (i / every) % rows * 13} text-anchor=${anchorOf(x(i))}>${names[i]}</text>
          `
        )}
        ${norms.map((list, stage) => {
          const largest = Math.max(...list, 1e-12);
          const place = (site: number) => [x(site), y(list[site] / largest)];
          return runsOf(sites).map((run) =>
            run.length > 1
              ? html`<polyline class=${`line-${stage}`} points=${run.map(place).join(" ")} />`
              : html`<circle class=${`line-${stage}`} cx=${x(run[0])} cy=${
                place(run[0])[1]
              } r="4" />`
          );
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
  return site.replace(/(^|:)blocks\./, "$1").replace(/hook_/, "");
}

/** Names stand in one row or two, every so many of them: a letter takes some 6.4 pixels. */
function spacing(names: readonly string[]): { every: number; rows: number } {
  const longest = names.reduce((most, { length }) => Math.max(most, length), 0);
  const row = (WIDTH - LEFT) / ((longest + 1) * 6.4);
  if (names.length <= 0.7 * row) return { every: 1, rows: 1 };
  return { every: Math.ceil(names.length / (1.6 * row)), rows: 2 };
}

/** Names at the edges stay inside the drawing. */
function anchorOf(x: number): string {
  if (x < WIDTH * 0.2) return "start";
  return x > WIDTH * 0.8 ? "end" : "middle";
}

/** Numbers of sites that follow one another in one model, whose name stands before a colon. */
function runsOf(sites: readonly string[]): number[][] {
  const runs: number[][] = [];
  const modelOf = (site: string) => /^[^:]*(?=:)/.exec(site)?.[0];
  sites.forEach((site, i) => {
    if (i > 0 && modelOf(site) === modelOf(sites[i - 1])) runs.at(-1)!.push(i);
    else runs.push([i]);
  });
  return runs;
}
