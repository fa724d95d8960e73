/** What is on the axes, and between which bounds latents are shown. @module */
import type { FieldInput } from "./browser.ts";
import type { Region } from "./filters.ts";
import { html, type View } from "./preact.ts";
import type { Axes, Scene } from "./scene.ts";
import { columnOf } from "./unpack.ts";

type BoundsProps = {
  scene: Scene;
  region: Region;
  onAxes: (axes: Axes) => void;
  onRegion: (region: Region) => void;
};

const AXES = [{ axis: "x", title: "Across (x)" }, { axis: "y", title: "Up (y)" }] as const;
const ENDS = ["least", "most"] as const;

export function AxesAndBounds({ scene, region, onAxes, onRegion }: BoundsProps): View {
  const { explorer, axes } = scene;
  return html`
    <details class="more">
      <summary>Axes and bounds</summary>
      <div class="bounds">
        ${AXES.map(({ axis, title }) =>
          html`
            <fieldset><legend>${title}</legend>
              <label>shows
                <select name=${`axis-${axis}`} value=${axes[axis]}
                  onChange=${({ target }: FieldInput) => onAxes({ ...axes, [axis]: target.value })}>
                  ${explorer.columns.map(({ id, title }) =>
                    html`<option value=${id}>${title}</option>`
                  )}
                </select></label>
              ${ENDS.map((end) =>
                html`
                  <label>${end}
                    <input type="number" step="any" name=${`${axis}-${end}`}
                      value=${boundText(region[axis], end)}
                      onChange=${({ target }: FieldInput) =>
                        onRegion(bounded(scene, region, { axis, end, text: target.value }))} />
                  </label>
                `
              )}
            </fieldset>
          `
        )}
      </div>
    </details>
  `;
}

function boundText(bounds: [number, number] | undefined, end: "least" | "most"): string {
  const value = bounds?.[ENDS.indexOf(end)];
  return value === undefined || !Number.isFinite(value) ? "" : String(Number(value.toPrecision(4)));
}

type Bound = { axis: "x" | "y"; end: "least" | "most"; text: string };

/** The region with one bound set anew; a field without a number is no bound. */
function bounded({ explorer, axes }: Scene, region: Region, { axis, end, text }: Bound): Region {
  const [least, most] = region[axis] ?? [-Infinity, Infinity];
  const given = text.trim() === "" ? undefined : Number(text);
  const bounds: [number, number] = end === "least"
    ? [given ?? -Infinity, most]
    : [least, given ?? Infinity];
  if (columnOf(explorer, axes[axis]).log && bounds[0] < 0) bounds[0] = 0;
  const all = bounds[0] === -Infinity && bounds[1] === Infinity;
  return { ...region, [axis]: all ? undefined : bounds };
}
