/** Where a latent fires: texts in every stage side by side, tokens coloured on one scale. @module */
import { ActivationTable } from "./activation_table.ts";
import type { DetailsInput } from "./browser.ts";
import type { Explorer } from "./explorer.ts";
import { formatValue } from "./format.ts";
import { html, useState, type View } from "./preact.ts";
import type { Window } from "./windows.ts";

type ContextProps = { explorer: Explorer; latent: number };

/** Colours are in so many steps. */
const LEVELS = 8;

export function ContextsView({ explorer, latent }: ContextProps): View {
  const { stages, windows } = explorer, largest = windows.largest[latent];
  const several = stages.length > 1;
  return html`
    <section aria-labelledby="contexts-title">
      <h3 id="contexts-title">Where it fires most</h3>
      ${largest > 0 && html`<${ColourBar} largest=${largest} several=${several} />`}
      <div class="stages">${stages.map(({ name, about }, stage) => {
        const places = windows.top(latent, stage);
        return html`
          <div class="stage" data-stage=${name}>
            <h4>${name} <small>${about}</small></h4>
            ${places.length === 0 && html`<p class="none">never fires</p>`}
            <ol>${places.map((place) =>
              html`
                <li>
                  <${WindowView} explorer=${explorer} place=${place} stage=${stage} largest=${largest} />
                </li>
              `
            )}</ol>
          </div>
        `;
      })}</div>
      ${largest > 0 && html`
        <p class="hint">Open a text to see its activations as numbers${several
          ? ", and what the latent does on it in every stage"
          : ""}.</p>
      `}
    </section>
  `;
}

type WindowProps = { explorer: Explorer; place: Window; stage: number; largest: number };

/** A text; what stands in it is drawn once it is opened. */
function WindowView({ explorer: { stages }, place, stage, largest }: WindowProps): View {
  const [isOpen, setOpen] = useState(false);
  return html`
    <details onToggle=${({ currentTarget }: DetailsInput) => setOpen(currentTarget.open)}>
      <summary>${tokensView(place, stage, largest)}</summary>
      ${isOpen && stages.length > 1 && html`
        <dl class="everywhere">${stages.map(({ name }, other) =>
          html`
            <dt>${name}</dt>
            <dd>${tokensView(place, other, largest)}</dd>
          `
        )}</dl>
      `}
      ${isOpen && html`<${ActivationTable} stages=${stages} place=${place} />`}
    </details>
  `;
}

function tokensView({ tokens, at, activations }: Window, stage: number, largest: number): View {
  const strongest = activations[stage][at];
  return html`
    <span class="window">${tokens.map((token, i) => {
      const value = activations[stage][i];
      const level = value > 0 ? Math.max(1, Math.ceil(value / largest * LEVELS)) : 0;
      const spaces = /^ *(?=[^ ])/.exec(token)?.[0] ?? ""; // uncoloured: a line may end there
      return html`
        ${spaces}<span class=${`token heat-${level}${i === at ? " at" : ""}`}
          title=${`${token}: ${formatValue(value, 2)}`}>${token.slice(spaces.length)}</span>
      `;
    })}</span>${" "}<span
      class="activation">${formatValue(
        strongest,
        2,
      )}<span class="unseen"> at ${tokens[at]}</span></span>
  `;
}

function ColourBar({ largest, several }: { largest: number; several: boolean }): View {
  return html`
    <p
      class="colour-bar"><span>0</span>${Array.from(
        { length: LEVELS + 1 },
        (_, level) => html`<span class=${`step heat-${level}`} aria-hidden="true"></span>`,
      )}<span>${formatValue(
        largest,
        2,
      )}</span> <small>activation${several ? ", one scale for all stages" : ""}</small></p>
  `;
}
