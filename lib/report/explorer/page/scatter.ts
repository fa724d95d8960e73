/** The scatter: a point a latent; hover, brush, click, and all of it from the keyboard. @module */
import { browser, type Element, type KeyInput, type PointerInput } from "./browser.ts";
import type { Region } from "./filters.ts";
import { html, useEffect, useMemo, useRef, useState, type View } from "./preact.ts";
import { marksView } from "./marks.ts";
import { nearestPoint, nextPoint, type Place } from "./nearest_point.ts";
import { frameView } from "./axes.ts";
import { scaleOf } from "./scale.ts";
import { columnOf, type Explorer } from "./unpack.ts";
import { Tip } from "./tip.ts";
import type { Windows } from "./windows.ts";

export type Axes = { x: string; y: string };

type ScatterProps = {
  explorer: Explorer;
  windows: Windows;
  axes: Axes;
  shown: readonly number[];
  selected: number | undefined;
  region: Region;
  describe: (latent: number) => string;
  onOpen: (latent: number) => void;
  onRegion: (region: Region) => void;
};

/** A press that moves less than this is a click. */
const CLICK = 5;
/** A point this near answers. */
const REACH = { mouse: 12, touch: 26 };

type Drag = { from: Place; to: Place };

export function Scatter(props: ScatterProps): View {
  const { explorer, windows, axes, shown, selected, region, describe, onOpen, onRegion } = props;
  const box = useRef<Element | null>(null);
  const width = useWidth(box);
  const height = Math.round(Math.min(560, Math.max(300, width * 0.82)));
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  const [drag, setDrag] = useState<Drag | undefined>(undefined);
  const frame = { left: 68, right: width - 12, top: 12, bottom: height - 50 };
  const { x, y, places } = useMemo(() => {
    const [a, b] = [columnOf(explorer, axes.x), columnOf(explorer, axes.y)];
    const x = scaleOf(a.values, { from: frame.left, to: frame.right, log: a.log });
    const y = scaleOf(b.values, { from: frame.bottom, to: frame.top, log: b.log });
    const places = shown.map((latent) => ({
      latent,
      left: x.at(a.values[latent]),
      top: y.at(b.values[latent]),
    })).filter(({ left, top }) => Number.isFinite(left) && Number.isFinite(top));
    return { x, y, places };
  }, [explorer, axes.x, axes.y, shown, width]);
  const marks = useMemo(() => marksView(explorer, places), [explorer, places]);
  const placeOf = (latent: number | undefined) => places.find((place) => place.latent === latent);
  const here = (event: PointerInput): Place => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    return { left: event.clientX - left, top: event.clientY - top };
  };

  const onPointerMove = (event: PointerInput) => {
    const to = here(event);
    if (drag) return setDrag({ ...drag, to });
    setHovered(nearestPoint(places, to, REACH.mouse)?.latent);
  };
  const onPointerUp = (event: PointerInput) => {
    if (!drag) return;
    setDrag(undefined);
    const to = here(event), { from } = drag;
    if (!moved(from, to)) {
      const reach = event.pointerType === "mouse" ? REACH.mouse : REACH.touch;
      const found = nearestPoint(places, to, reach);
      if (found) onOpen(found.latent);
      return;
    }
    const bounds = (a: number, b: number): [number, number] => a < b ? [a, b] : [b, a];
    onRegion({
      x: bounds(x.value(from.left), x.value(to.left)),
      y: bounds(y.value(from.top), y.value(to.top)),
    });
  };
  const onKeyDown = (event: KeyInput) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const turn = ARROWS[event.key];
    if (turn) {
      event.preventDefault();
      setCursor(nextPoint(places, placeOf(cursor) ?? placeOf(selected), turn)?.latent);
    } else if (event.key === "Enter" && placeOf(cursor)) {
      event.preventDefault();
      onOpen(cursor!);
    } else if (event.key === "Escape" && (cursor !== undefined || region.x || region.y)) {
      event.stopPropagation(); // the next one closes the latent
      setCursor(undefined);
      setHovered(undefined);
      onRegion({});
    }
  };

  const pointed = placeOf(hovered) ?? placeOf(cursor);
  const chosen = drag && moved(drag.from, drag.to) ? drag : regionDrag(region, { x, y, frame });
  const columns = { x: columnOf(explorer, axes.x), y: columnOf(explorer, axes.y) };
  return html`
    <div class="scatter">
      <div class="plot" ref=${box}>
      <svg
        id="scatter" width=${width} height=${height} tabindex="0" role="application"
        aria-roledescription="scatter plot" aria-describedby="scatter-help"
        aria-label=${`Scatter of ${places.length} latents: ${columns.y.about} against ${columns.x.about}`}
        onPointerMove=${onPointerMove} onPointerUp=${onPointerUp} onKeyDown=${onKeyDown}
        onPointerLeave=${() => setHovered(undefined)} onPointerCancel=${() => setDrag(undefined)}
        onBlur=${() => setCursor(undefined)}
        onPointerDown=${(event: PointerInput) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: here(event), to: here(event) });
        }}>
        ${frameView({ x, y, frame, columns, cut: cutOf(explorer, axes) })}
        ${marks}
        ${chosen && rectangle(chosen)}
        ${ringAt(placeOf(selected), "selected")} ${ringAt(placeOf(cursor), "cursor")}
      </svg>
      ${pointed && html`
        <${Tip} explorer=${explorer} windows=${windows} axes=${axes}
          place=${pointed} width=${width} height=${height} />
      `}
      </div>
      <p id="scatter-help"
        class="hint">Click a point, or move between points with the arrow keys and open one
        with Enter. Drag to select a region; Escape lets it go.</p>
      <p class="unseen" role="status" aria-live="polite">${cursor === undefined
        ? ""
        : describe(cursor)}</p>
    </div>
  `;
}

const ARROWS: Record<string, Place> = {
  ArrowLeft: { left: -1, top: 0 },
  ArrowRight: { left: 1, top: 0 },
  ArrowUp: { left: 0, top: -1 },
  ArrowDown: { left: 0, top: 1 },
};

/** The width that the page gives an element, kept up to date. */
function useWidth(box: { current: Element | null }): number {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const measure = () =>
      setWidth(Math.max(260, Math.round(box.current!.getBoundingClientRect().width)));
    measure();
    const observer = new browser.ResizeObserver(measure);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}

function moved(from: Place, to: Place): boolean {
  return Math.hypot(from.left - to.left, from.top - to.top) >= CLICK;
}

/** The groups are cut on the first axes alone. */
function cutOf({ groups, axes: first }: Explorer, axes: Axes) {
  return axes.x === first.x && axes.y === first.y ? groups?.cut : undefined;
}

function ringAt(place: Place | undefined, name: string): View {
  return place ? html`<circle class=${name} cx=${place.left} cy=${place.top} r="8" />` : null;
}

function rectangle({ from, to }: Drag): View {
  const [left, right] = [from.left, to.left].sort((a, b) => a - b);
  const [top, bottom] = [from.top, to.top].sort((a, b) => a - b);
  return html`<rect class="region" x=${left} y=${top} width=${right - left} height=${
    bottom - top
  } />`;
}

type Frame = { left: number; right: number; top: number; bottom: number };
type Scales = { x: ReturnType<typeof scaleOf>; y: ReturnType<typeof scaleOf>; frame: Frame };

function regionDrag(region: Region, { x, y, frame }: Scales): Drag | undefined {
  if (!region.x && !region.y) return undefined;
  const within = (at: number, least: number, most: number) => Math.min(most, Math.max(least, at));
  const ends = (i: 0 | 1, left: number, top: number): Place => ({
    left: region.x ? within(x.at(region.x[i]), frame.left, frame.right) : left,
    top: region.y ? within(y.at(region.y[i]), frame.top, frame.bottom) : top,
  });
  return { from: ends(0, frame.left, frame.bottom), to: ends(1, frame.right, frame.top) };
}
