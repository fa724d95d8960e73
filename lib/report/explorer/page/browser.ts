/** As much of a browser as the page uses. @module */

export type Element = {
  textContent: string;
  readonly isConnected: boolean;
  closest(selector: string): Element | null;
  matches(selector: string): boolean;
  focus(options?: { preventScroll?: boolean }): void;
  scrollIntoView(options: { block: string }): void;
  getBoundingClientRect(): { left: number; top: number; width: number; height: number };
  setPointerCapture(pointer: number): void;
};

export type PointerInput = {
  clientX: number;
  clientY: number;
  pointerId: number;
  pointerType: string;
  button: number;
  currentTarget: Element;
  preventDefault(): void;
};

export type KeyInput = {
  key: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  preventDefault(): void;
  stopPropagation(): void;
};

/** A change of a field. */
export type FieldInput = { target: { value: string; checked: boolean } };

/** Something was opened or shut. */
export type DetailsInput = { currentTarget: { open: boolean } };

type Observer = { observe(element: Element): void; disconnect(): void };

type Browser = {
  document: {
    getElementById(id: string): Element | null;
    readonly activeElement: Element | null;
    readonly body: Element;
  };
  location: { href: string; hash: string };
  history: { pushState(state: null, title: string, url: string): void };
  addEventListener(name: string, listener: (event: KeyInput) => void): void;
  removeEventListener(name: string, listener: (event: KeyInput) => void): void;
  ResizeObserver: new (seen: () => void) => Observer;
  navigator: { clipboard?: { writeText(text: string): Promise<void> } };
};

export const browser = globalThis as unknown as Browser;
