/** Search, filters and axes. @module */
import type { FieldInput } from "./browser.ts";
import type { Filters, Region } from "./filters.ts";
import { html, type View } from "./preact.ts";
import type { Axes } from "./scatter.ts";
import { columnOf, type Explorer } from "./unpack.ts";

type ControlsProps = {
  explorer: Explorer;
  filters: Filters;
  axes: Axes;
  count: number;
  onFilters: (filters: Filters) => void;
  onAxes: (axes: Axes) => void;
  onReset: () => void;
};

export function Controls(props: ControlsProps): View {
  const { explorer, filters, axes, count, onFilters, onAxes, onReset } = props;
  const { flags, groups, size } = explorer;
  const change = (some: Partial<Filters>) => onFilters({ ...filters, ...some });
  return html`
    <form class="controls" role="search" aria-label="Which latents are shown"
      onSubmit=${(event: Event) => event.preventDefault()}>
      <label class="search">Search
        <input id="search" type="search" value=${filters
          .query} placeholder="832, or a piece of text"
          autocomplete="off" spellcheck="false"
          onInput=${({ target }: FieldInput) => change({ query: target.value })} />
      </label>
      ${flags.map(({ id, title, about }) =>
        html`
          <label title=${about}>${title}
            <select name=${`flag-${id}`} value=${filters.flags[id]}
              onChange=${({ target }: FieldInput) =>
                change({ flags: { ...filters.flags, [id]: target.value as "any" } })}>
              <option value="any">any</option>
              <option value="with">only</option>
              <option value="without">without</option>
            </select>
          </label>
        `
      )}
      ${groups && html`
        <fieldset class="groups"><legend>${groups.title}: ${groups.about}</legend>
          ${groups.names.map(({ title }, i) =>
            html`
              <label><input type="checkbox" name=${`group-${i}`} checked=${!filters.hidden.includes(
                i,
              )}
                onChange=${({ target }: FieldInput) =>
                  change({ hidden: switched(filters.hidden, i, target.checked) })} />
                <span class=${`swatch group-${i}`} aria-hidden="true"></span>${title}</label>
            `
          )}
        </fieldset>
      `}
      <details class="more">
        <summary>Axes and bounds</summary>
        <div class="bounds">
          ${(["x", "y"] as const).map((axis) =>
            html`
              <fieldset><legend>${axis === "x" ? "Across (x)" : "Up (y)"}</legend>
                <label>shows
                  <select name=${`axis-${axis}`} value=${axes[axis]}
                    onChange=${({ target }: FieldInput) =>
                      onAxes({ ...axes, [axis]: target.value })}>
                    ${explorer.columns.map(({ id, title }) =>
                      html`<option value=${id}>${title}</option>`
                    )}
                  </select></label>
                ${([0, 1] as const).map((end) =>
                  html`
                    <label>${BOUNDS[end]}
                      <input type="number" step="any" name=${`${axis}-${BOUNDS[end]}`}
                        value=${boundText(filters.region[axis], end)}
                        onChange=${({ target }: FieldInput) =>
                          change({
                            region: bounded(explorer, axes, {
                              region: filters.region,
                              axis,
                              end,
                              text: target.value,
                            }),
                          })} />
                    </label>
                  `
                )}
              </fieldset>
            `
          )}
        </div>
      </details>
      <p class="count"><output role="status">${count} of ${size} latents</output>
        ${" "}<button type="button" id="reset" onClick=${onReset}>Show all again</button></p>
    </form>
  `;
}

const BOUNDS = ["least", "most"];

type Event = { preventDefault(): void };

function switched(hidden: readonly number[], group: number, shown: boolean): number[] {
  return shown ? hidden.filter((other) => other !== group) : [...hidden, group];
}

function boundText(bounds: [number, number] | undefined, end: 0 | 1): string {
  const value = bounds?.[end];
  return value === undefined || !Number.isFinite(value) ? "" : String(Number(value.toPrecision(4)));
}

/** The region with one bound set anew; a field without a number is no bound. */
function bounded(
  explorer: Explorer,
  axes: Axes,
  { region, axis, end, text }: { region: Region; axis: "x" | "y"; end: 0 | 1; text: string },
): Region {
  const bounds: [number, number] = [...(region[axis] ?? [-Infinity, Infinity])];
  bounds[end] = text.trim() === "" ? [-Infinity, Infinity][end] : Number(text);
  if (columnOf(explorer, axes[axis]).log && bounds[0] < 0) bounds[0] = 0;
  const all = bounds[0] === -Infinity && bounds[1] === Infinity;
  return { ...region, [axis]: all ? undefined : bounds };
}
