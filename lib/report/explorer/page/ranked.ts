/** Lists that belong to each stage: tokens that a latent writes, latents that are near. @module */
import type { Explorer } from "./explorer.ts";
import { formatValue } from "./format.ts";
import { html, type View } from "./preact.ts";
import type { Ranks } from "./unpack.ts";

type RankedProps = { explorer: Explorer; ranks: Ranks; latent: number; id: string; title: string };

/** `show`: an entry of the list, by its number in the table of tokens or of latents. */
export function RankedView(
  props: RankedProps & { show: (id: number) => View },
): View {
  const { explorer: { stages }, ranks, latent, id, title, show } = props;
  return html`
    <section aria-labelledby=${`${id}-title`}>
      <h3 id=${`${id}-title`}>${title}</h3>
      <div class="ranks">${stages.map(({ name }, stage) =>
        html`
          <div>
            <h4>${name}</h4>
            <ol>${Array.from({ length: ranks.k }, (_, i) => {
              const at = latent * ranks.k + i, value = ranks.values[stage][at];
              return Number.isFinite(value) && html`
                <li>${show(ranks.ids[stage][at])} <span class="value">${formatValue(
                  value,
                  2,
                )}</span></li>
              `;
            })}</ol>
          </div>
        `
      )}</div>
      <p class="hint">${ranks.about}</p>
    </section>
  `;
}
