/** The latent that the address names, which is the one that is open. @module */
import { browser, type Element, type KeyInput } from "./browser.ts";
import { useEffect, useRef, useState } from "./preact.ts";

/** Opens a latent: the address names it, and can be shared. */
export function open(latent: number): void {
  browser.location.hash = `latent=${latent}`;
}

/**
 * The latent below `size` that the address names, and what closes it. Escape does, but in a field,
 * where it is the field's own. Whoever opened it gets the focus back, else the scatter.
 */
export function useSelected(size: number): [number | undefined, () => void] {
  const named = () => {
    const number = /^#latent=(\d+)$/.exec(browser.location.hash)?.[1];
    return number !== undefined && Number(number) < size ? Number(number) : undefined;
  };
  const [selected, setSelected] = useState<number | undefined>(named);
  const opener = useRef<Element | null>(null);
  const close = () => {
    const { document, history, location } = browser, { current } = opener;
    history.pushState(null, "", location.href.replace(/#.*/, "")); // an empty hash would take the focus away
    setSelected(undefined);
    const back = current?.isConnected ? current : document.getElementById("scatter");
    back?.focus({ preventScroll: true });
    opener.current = null;
  };
  useEffect(() => {
    const follow = () => {
      const { activeElement, body } = browser.document;
      const inside = activeElement?.closest("#latent");
      if (activeElement && activeElement !== body && !inside) opener.current = activeElement;
      setSelected(named());
    };
    const onKey = ({ key }: KeyInput) => {
      const inField = browser.document.activeElement?.matches("input, select, textarea");
      if (key === "Escape" && !inField && named() !== undefined) close();
    };
    browser.addEventListener("hashchange", follow);
    browser.addEventListener("keydown", onKey);
    return () => {
      browser.removeEventListener("hashchange", follow);
      browser.removeEventListener("keydown", onKey);
    };
  }, []);
  return [selected, close];
}
