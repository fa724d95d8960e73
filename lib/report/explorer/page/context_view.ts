/** Where a latent fires: texts in every stage side by side, tokens coloured on one scale. @module */
import { formatValue } from "./format.ts";
import { html, type View } from "./preact.ts";
import type { Explorer } from "./unpack.ts";
import type { Window, Windows } from "./windows.ts";

type ContextProps = { explorer: Explorer; windows: Windows; latent: number };

/** Colours are in so many steps. */
const LEVELS = 8;

export function ContextsView({ explorer, windows, latent }: ContextProps): View {
  const { stages } = explorer, largest = windows.largest[latent];
  return html`
    <section aria-labelledby="contexts-title">
      <h3 id="contexts-title">Where it fires most</h3>
      ${largest > 0 && html`<${ColourBar} largest=${largest} several=${stages.length > 1} />`}
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
      ${stages.length > 1 && html`
        <p class="hint">Open a text to see what the latent does on it in every stage.</p>
      `}
    </section>
  `;
}

type WindowProps = { explorer: Explorer; place: Window; stage: number; largest: number };

function WindowView({ explorer: { stages }, place, stage, largest }: WindowProps): View {
  const text = tokensView(place, stage, largest);
  if (stages.length === 1) return text;
  return html`
    <details>
      <summary>${text}</summary>
      <dl class="everywhere">${stages.map(({ name }, other) =>
        html`
          <dt>${name}</dt>
          <dd>${tokensView(place, other, largest)}</dd>
        `
      )}</dl>
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
    })}</span>
    <span class="activation">${formatValue(
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
