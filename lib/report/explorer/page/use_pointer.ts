/** A pointer on the scatter: it hovers over a point, clicks on one, or draws a region. @module */
import type { PointerInput } from "./browser.ts";
import type { Corners } from "./layout.ts";
import { nearestPoint, type Point, type Spot } from "./nearest_point.ts";
import { useState } from "./preact.ts";

/** A press that moves less than this is a click. */
const CLICK = 5;
/** A point this near answers. */
const REACH = { mouse: 12, touch: 26 };

type Done = { onOpen: (latent: number) => void; onDrawn: (corners: Corners) => void };

/** The latent under the pointer, the rectangle that is being drawn, and what the drawing listens to. */
export function usePointer(points: readonly Point[], { onOpen, onDrawn }: Done) {
  const [hovered, setHovered] = useState<number | undefined>(undefined);
  const [drag, setDrag] = useState<Corners | undefined>(undefined);
  const onMove = (event: PointerInput) => {
    const to = spotOf(event);
    if (drag) setDrag({ ...drag, to });
    else setHovered(nearestPoint(points, to, REACH.mouse)?.latent);
  };
  const onDown = (event: PointerInput) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ from: spotOf(event), to: spotOf(event) });
  };
  const onUp = (event: PointerInput) => {
    if (!drag) return;
    setDrag(undefined);
    const drawn = { from: drag.from, to: spotOf(event) };
    if (hasMoved(drawn)) return onDrawn(drawn);
    const reach = event.pointerType === "mouse" ? REACH.mouse : REACH.touch;
    const found = nearestPoint(points, drawn.to, reach);
    if (found) onOpen(found.latent);
  };
  return {
    hovered,
    drawn: drag && hasMoved(drag) ? drag : undefined,
    onMove,
    onDown,
    onUp,
    onLeave: () => setHovered(undefined),
    onCancel: () => setDrag(undefined),
  };
}

function spotOf(event: PointerInput): Spot {
  const { left, top } = event.currentTarget.getBoundingClientRect();
  return { left: event.clientX - left, top: event.clientY - top };
}

function hasMoved({ from, to }: Corners): boolean {
  return Math.hypot(from.left - to.left, from.top - to.top) >= CLICK;
}
