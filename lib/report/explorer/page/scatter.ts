/** The scatter: a point a latent; hover, brush, click, and all of it from the keyboard. @module */
import type { Element } from "./browser.ts";
import type { Explorer } from "./explorer.ts";
import type { Region } from "./filters.ts";
import { frameView } from "./frame.ts";
import { described } from "./latent_words.ts";
import { type Corners, cornersOf, layoutOf, regionOf } from "./layout.ts";
import { marksView } from "./marks.ts";
import type { Spot } from "./nearest_point.ts";
import { html, useMemo, useRef, type View } from "./preact.ts";
import type { Axes, Scene } from "./scene.ts";
import { Tip } from "./tip.ts";
import { columnOf } from "./unpack.ts";
import { useCursor } from "./use_cursor.ts";
import { usePointer } from "./use_pointer.ts";
import { useWidth } from "./use_width.ts";

type ScatterProps = {
  scene: Scene;
  shown: readonly number[];
  selected: number | undefined;
  region: Region;
  onOpen: (latent: number) => void;
  onRegion: (region: Region) => void;
};

export function Scatter(props: ScatterProps): View {
  const { scene, shown, selected, region, onOpen, onRegion } = props;
  const { explorer, axes } = scene;
  const box = useRef<Element | null>(null);
  const width = useWidth(box);
  const height = Math.round(Math.min(560, Math.max(300, width * 0.82)));
  const layout = useMemo(
    () => layoutOf(scene, shown, { width, height }),
    [axes.x, axes.y, shown, width],
  );
  const { points } = layout;
  const marks = useMemo(() => marksView(explorer, points), [points]);
  const pointOf = (latent: number | undefined) => points.find((point) => point.latent === latent);
  const pointer = usePointer(points, {
    onOpen,
    onDrawn: (corners) => onRegion(regionOf(corners, layout)),
  });
  const { cursor, onKeyDown, onBlur } = useCursor(points, {
    selected,
    onOpen,
    held: Boolean(region.x || region.y),
    onRelease: () => {
      pointer.onLeave();
      onRegion({});
    },
  });
  const pointed = pointOf(pointer.hovered) ?? pointOf(cursor);
  const chosen = pointer.drawn ?? cornersOf(region, layout);
  const columns = { x: columnOf(explorer, axes.x), y: columnOf(explorer, axes.y) };
  return html`
    <div class="scatter">
      <div class="plot" ref=${box}>
      <svg
        id="scatter" width=${width} height=${height} tabindex="0" role="application"
        aria-roledescription="scatter plot" aria-describedby="scatter-help"
        aria-label=${`Scatter of ${points.length} latents: ${columns.y.about} against ${columns.x.about}`}
        onPointerMove=${pointer.onMove} onPointerUp=${pointer.onUp} onPointerDown=${pointer.onDown}
        onPointerLeave=${pointer.onLeave} onPointerCancel=${pointer.onCancel}
        onKeyDown=${onKeyDown} onBlur=${onBlur}>
        ${frameView({ ...layout, columns, cut: cutOf(explorer, axes) })}
        ${marks}
        ${chosen && rectangle(chosen)}
        ${ringAt(pointOf(selected), "selected")} ${ringAt(pointOf(cursor), "cursor")}
      </svg>
      ${pointed && html`
        <${Tip} scene=${scene} place=${pointed} width=${width} height=${height} />
      `}
      </div>
      <p id="scatter-help"
        class="hint">Click a point, or move between points with the arrow keys and open one
        with Enter. Drag to select a region; Escape lets it go.</p>
      <p class="unseen" role="status" aria-live="polite">${cursor === undefined
        ? ""
        : described(scene, cursor)}</p>
    </div>
  `;
}

/** The groups are cut on the first axes alone. */
function cutOf({ groups, axes: first }: Explorer, axes: Axes) {
  return axes.x === first.x && axes.y === first.y ? groups?.cut : undefined;
}

function ringAt(place: Spot | undefined, name: string): View {
  return place ? html`<circle class=${name} cx=${place.left} cy=${place.top} r="8" />` : null;
}

function rectangle({ from, to }: Corners): View {
  const [left, right] = [from.left, to.left].sort((a, b) => a - b);
  const [top, bottom] = [from.top, to.top].sort((a, b) => a - b);
  return html`<rect class="region" x=${left} y=${top} width=${right - left} height=${
    bottom - top
  } />`;
}
