/** How often a latent fires, among all latents. @module */
import type { Explorer } from "./explorer.ts";
import { formatValue, grouped } from "./format.ts";
import { html, type View } from "./preact.ts";

const [WIDTH, HEIGHT, BOTTOM, BINS] = [420, 130, 24, 42];

type DensityProps = { explorer: Explorer; latent: number; stage: number };

export function DensityView({ explorer: { density, stages }, latent, stage }: DensityProps): View {
  const { n_tokens, fired } = density;
  const share = (stage: number, i: number) => fired[stage][i] / n_tokens[stage];
  const low = Math.floor(Math.log10(1 / n_tokens[stage]));
  const place = (value: number) => (Math.log10(value) - low) / -low;
  const counts = new Array<number>(BINS).fill(0);
  for (let i = 0; i < fired[stage].length; i++) {
    if (fired[stage][i] > 0) {
      counts[Math.min(BINS - 1, Math.floor(place(share(stage, i)) * BINS))]++;
    }
  }
  const most = Math.max(...counts, 1), own = share(stage, latent);
  const x = (at: number) => 4 + at * (WIDTH - 8);
  const height = (count: number) => count / most * (HEIGHT - BOTTOM - 8);
  return html`
    <section aria-labelledby="density-title">
      <h3 id="density-title">How often it fires</h3>
      <svg class="chart" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img"
        aria-label=${`Histogram of the share of tokens on which latents fire in ${
          stages[stage].name
        }; this one: ${percent(own)}`}>
        ${counts.map((count, i) =>
          html`
            <rect class="bar" x=${x(i / BINS)} width=${(WIDTH - 8) / BINS - 1} y=${HEIGHT - BOTTOM -
              height(count)} height=${height(count)} />
          `
        )}
        ${Array.from({ length: 1 - low }, (_, i) =>
          html`
            <text x=${x(i / -low)} y=${HEIGHT - 8} text-anchor=${i === 0
              ? "start"
              : i === -low
              ? "end"
              : "middle"}>${percent(10 ** (low + i))}</text>
          `)}
        ${own > 0 &&
          html`<path class="pointer" d=${`M${x(place(own)).toFixed(1)} 2V${HEIGHT - BOTTOM}`} />`}
      </svg>
      <p
        class="hint">All latents that fire in ${stages[stage]
          .name}, by the share of tokens on which they do (logarithmic); the line is this one.</p>
      <dl class="numbers">${stages.map(({ name }, i) =>
        html`
          <dt>${name}</dt>
          <dd>${percent(share(i, latent))} (${grouped(fired[i][latent])} of ${grouped(
            n_tokens[i],
          )} tokens)</dd>
        `
      )}</dl>
    </section>
  `;
}

/** Percent with two significant digits. */
function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  return `${value < 0.01 ? formatValue(value, 3) : Number(value.toPrecision(2))} %`;
}
