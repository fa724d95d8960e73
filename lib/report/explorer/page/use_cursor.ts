/** The keyboard on the scatter: arrows go from point to point, Enter opens one. @module */
import type { KeyInput } from "./browser.ts";
import { nextPoint, type Point, type Spot } from "./nearest_point.ts";
import { useState } from "./preact.ts";

const ARROWS: Record<string, Spot> = {
  ArrowLeft: { left: -1, top: 0 },
  ArrowRight: { left: 1, top: 0 },
  ArrowUp: { left: 0, top: -1 },
  ArrowDown: { left: 0, top: 1 },
};

type CursorOptions = {
  /** Where the arrows begin. */
  selected: number | undefined;
  onOpen: (latent: number) => void;
  /** Whether there is something that Escape lets go, and what does so. */
  held: boolean;
  onRelease: () => void;
};

/** The latent that the cursor is on, and what the drawing listens to. */
export function useCursor(points: readonly Point[], options: CursorOptions) {
  const { selected, onOpen, held, onRelease } = options;
  const [cursor, setCursor] = useState<number | undefined>(undefined);
  const pointOf = (latent: number | undefined) => points.find((point) => point.latent === latent);
  const onKeyDown = (event: KeyInput) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const turn = ARROWS[event.key];
    if (turn) {
      event.preventDefault();
      setCursor(nextPoint(points, pointOf(cursor) ?? pointOf(selected), turn)?.latent);
    } else if (event.key === "Enter" && pointOf(cursor)) {
      event.preventDefault();
      onOpen(cursor!);
    } else if (event.key === "Escape" && (cursor !== undefined || held)) {
      event.stopPropagation(); // the next one closes the latent
      setCursor(undefined);
      onRelease();
    }
  };
  return { cursor, onKeyDown, onBlur: () => setCursor(undefined) };
}
