/** The activations in a text as numbers: the same to whoever cannot see colours, or point. @module */
import type { Explorer } from "./explorer.ts";
import { formatValue } from "./format.ts";
import { html, type View } from "./preact.ts";
import type { Window } from "./windows.ts";

type TableProps = { stages: Explorer["stages"]; place: Window };

export function ActivationTable({ stages, place }: TableProps): View {
  const { tokens, activations } = place;
  const fires = tokens.map((_, i) => i).filter((i) => activations.some((stage) => stage[i] > 0));
  return html`
    <div class="scroll" tabindex="0" role="region" aria-label="Activations of this text">
      <table class="activations" aria-label="Activations">
        <thead>
          <tr>
            <th scope="col">token</th>
            ${stages.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}
          </tr>
        </thead>
        <tbody>${fires.map((i) =>
          html`
            <tr>
              <th scope="row"><span class="token">${tokens[i]}</span></th>
              ${activations.map((stage) =>
                html`<td class="number">${stage[i] > 0 ? formatValue(stage[i], 2) : "0"}</td>`
              )}
            </tr>
          `
        )}</tbody>
      </table>
    </div>
  `;
}
