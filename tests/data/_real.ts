import { fromFileUrl } from "@std/path";

/** The path of a real data file beside the checkout, undefined with a word when it is missing. */
export function realData(name: string): string | undefined {
  const path = fromFileUrl(import.meta.resolve(`../../../shared/data/${name}`));
  try {
    Deno.statSync(path);
    return path;
  } catch {
    console.log(`skipped: no ${name} beside the checkout`);
    return undefined;
  }
}
