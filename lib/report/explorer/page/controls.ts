/** Search and filters; axes and their bounds. @module */
import { AxesAndBounds } from "./bounds.ts";
import type { FieldInput, KeyInput } from "./browser.ts";
import type { Filters, Region } from "./filters.ts";
import { html, type View } from "./preact.ts";
import { markSign } from "./marks.ts";
import type { Axes, Scene } from "./scene.ts";

type ControlsProps = {
  scene: Scene;
  filters: Filters;
  count: number;
  onFilters: (filters: Filters) => void;
  onAxes: (axes: Axes) => void;
  onReset: () => void;
};

export function Controls(props: ControlsProps): View {
  const { scene, filters, count, onFilters, onAxes, onReset } = props;
  const { flags, groups, size } = scene.explorer;
  const change = (some: Partial<Filters>) => onFilters({ ...filters, ...some });
  return html`
    <form class="controls" role="search" aria-label="Which latents are shown"
      onSubmit=${(event: Event) => event.preventDefault()}>
      <label class="search">Search
        <input id="search" type="search" value=${filters
          .query} placeholder="832, or a piece of text"
          autocomplete="off" spellcheck="false" onKeyDown=${emptied(filters, change)}
          onInput=${({ target }: FieldInput) => change({ query: target.value })} />
      </label>
      ${flags.map(({ id, title }) =>
        html`
          <label>${title}
            <select name=${`flag-${id}`} value=${filters.flags[id]} aria-describedby=${`mark-${id}`}
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
      ${flags.length > 0 && html`
        <details class="meanings">
          <summary>What the marks mean</summary>
          <dl class="numbers">${flags.map(({ id, title, about, mark }) =>
            html`
              <dt>${title} ${mark && markSign(mark)}</dt>
              <dd id=${`mark-${id}`}>${about}</dd>
            `
          )}</dl>
        </details>
      `}
      <${AxesAndBounds} scene=${scene} region=${filters.region} onAxes=${onAxes}
        onRegion=${(region: Region) => change({ region })} />
      <p class="count"><output role="status">${count} of ${size} latents</output>
        ${" "}<button type="button" id="reset" onClick=${onReset}>Show all again</button></p>
    </form>
  `;
}

type Event = { preventDefault(): void };

/** Escape empties the search field; where it is empty, it does nothing else either. */
function emptied(filters: Filters, change: (some: Partial<Filters>) => void) {
  return (event: KeyInput) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (filters.query !== "") change({ query: "" });
  };
}

function switched(hidden: readonly number[], group: number, shown: boolean): number[] {
  return shown ? hidden.filter((other) => other !== group) : [...hidden, group];
}
