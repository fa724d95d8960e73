/** The page's data, opened: its numbers, and the texts around places where latents fire. @module */
import { type PageData, unpack } from "./unpack.ts";
import { type Windows, windowsOf } from "./windows.ts";

export type Explorer = PageData & { windows: Windows };

/** From the JSON that stands in the page. */
export function openExplorer(json: string): Explorer {
  const data = unpack(json);
  return { ...data, windows: windowsOf(data) };
}
