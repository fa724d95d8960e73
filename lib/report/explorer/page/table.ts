/** The latents of the scatter as a table: the same to whoever cannot see or point. @module */
import type { FieldInput } from "./browser.ts";
import { type Order, sorted } from "./filters.ts";
import { formatValue, grouped } from "./format.ts";
import { flagsOf, topTokens } from "./latent_words.ts";
import { html, useEffect, useMemo, useState, type View } from "./preact.ts";
import type { Scene } from "./scene.ts";
import { type Column, columnOf } from "./unpack.ts";

type TableProps = {
  scene: Scene;
  shown: readonly number[];
  selected: number | undefined;
  order: Order;
  onOrder: (order: Order) => void;
  onStage: (stage: number) => void;
};

/** Rows that are there at first, and more of them at a time. */
const ROWS = 50;

export function LatentTable(props: TableProps): View {
  const { scene, shown, selected, order, onOrder, onStage } = props;
  const { explorer, stage } = scene, { groups, stages } = explorer;
  const [rows, setRows] = useState(ROWS);
  useEffect(() => setRows(ROWS), [shown, order.column, order.down]);
  const latents = useMemo(() => sorted(explorer, shown, order), [shown, order.column, order.down]);
  const columns = tableColumns(scene);
  const head = (id: string, title: string, about = title) =>
    html`
      <th scope="col" aria-sort=${order.column !== id
        ? "none"
        : order.down
        ? "descending"
        : "ascending"}>
        <button type="button" title=${about}
          onClick=${() => onOrder({ column: id, down: order.column === id && !order.down })}>
          ${title}<span aria-hidden="true">${order.column !== id
            ? ""
            : order.down
            ? " ▾"
            : " ▴"}</span></button></th>
    `;
  return html`
    <section class="list" aria-labelledby="list-title">
      <h2 id="list-title">Latents as a table</h2>
      ${stages.length > 1 && html`
        <label>Tokens of stage <select name="stage" value=${String(stage)}
          onChange=${({ target }: FieldInput) => onStage(Number(target.value))}>
          ${stages.map(({ name }, i) => html`<option value=${String(i)}>${name}</option>`)}
        </select></label>
      `}
      <div class="scroll" tabindex="0" role="region" aria-label="Table of latents">
        <table aria-labelledby="list-title">
          <thead><tr>
            ${head("latent", "latent", "number of the latent")}
            ${columns.map(({ id, title, about }) => head(id, title, about))}
            ${groups && head("group", groups.title)}
            <th scope="col">marks</th>
            <th scope="col">fires on${stages.length > 1 ? ` (${stages[stage].name})` : ""}</th>
          </tr></thead>
          <tbody>${latents.slice(0, rows).map((latent) =>
            html`
              <tr class=${latent === selected ? "selected" : ""} key=${latent}>
                <th scope="row"><a href=${`#latent=${latent}`} aria-current=${latent === selected
                  ? "true"
                  : "false"}>${latent}</a></th>
                ${columns.map(({ values, digits }) =>
                  html`<td class="number">${formatValue(values[latent], digits)}</td>`
                )}
                ${groups &&
                  html`<td><span class=${`swatch group-${
                    groups.values[latent]
                  }`} aria-hidden="true"></span>${groups.names[groups.values[latent]].title}</td>`}
                <td>${flagsOf(explorer, latent).join(", ")}</td>
                <td class="tokens">${topTokens(explorer, latent, stage).map((token) =>
                  html`
                    <span class="token">${token}</span>
                  `
                )}</td>
              </tr>
            `
          )}</tbody>
        </table>
      </div>
      ${latents.length === 0 && html`<p>No latent passes all filters.</p>`}
      ${rows < latents.length && html`
        <button type="button" id="more-rows" onClick=${() => setRows(rows + ROWS * 4)}>
          Show more (${grouped(rows)} of ${grouped(latents.length)})</button>
      `}
    </section>
  `;
}

/** Those on the axes, and those that ask for it. */
function tableColumns({ explorer, axes }: Scene): Column[] {
  const wanted = [
    axes.x,
    axes.y,
    ...explorer.columns.filter(({ table }) => table).map(({ id }) => id),
  ];
  return [...new Set(wanted)].map((id) => columnOf(explorer, id));
}
