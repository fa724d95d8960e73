/** The width that the page gives an element, kept up to date. @module */
import { browser, type Element } from "./browser.ts";
import { useEffect, useState } from "./preact.ts";

const [LEAST, FIRST] = [260, 600];

export function useWidth(box: { current: Element | null }): number {
  const [width, setWidth] = useState(FIRST);
  useEffect(() => {
    const measure = () =>
      setWidth(Math.max(LEAST, Math.round(box.current!.getBoundingClientRect().width)));
    measure();
    const observer = new browser.ResizeObserver(measure);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}
