/** Keeps the few largest of many, first come first of equals. @module */

/** A number and what it belongs to. */
export type Ranked<T> = { value: number; item: T };

/** Adds one to a list that falls and holds at most `n`. */
export function keepStrongest<T>(list: Ranked<T>[], n: number, value: number, item: T): void {
  if (list.length === n && list[n - 1].value >= value) return;
  let at = list.length;
  while (at > 0 && list[at - 1].value < value) at--;
  list.splice(at, 0, { value, item });
  if (list.length > n) list.pop();
}
