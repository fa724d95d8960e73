/**
 * Checker: takes parameters and hints out of a certificate, each exactly once and only in the right
 * shape.
 * @module
 */
import { show as showValue } from "../../io/show.ts";
import type { Json } from "./certificate.ts";
import type { MaxOfKModel } from "../max_of_k.ts";

/** Thrown inside the checker with the reason of a rejection. */
export class Rejection extends Error {}

/** Rejects a certificate. */
export function reject(reason: string): never {
  throw new Rejection(reason);
}

/** What a certificate holds, as one short line: its own words must not look like a verdict. */
export function show(value: Json | undefined): string {
  if (value === undefined) return "nothing";
  return nestsDeeper(value, 8) ? "a deep nest" : showValue(value);
}

/** Whether lists and objects stand in each other more than `levels` deep. */
export function nestsDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = Array.isArray(value) ? value : Object.values(value);
  return levels === 0 || entries.some((entry) => nestsDeeper(entry, levels - 1));
}

/** Pairs q <= m in the order (0,0), (0,1), ..., (0,v-1), (1,1), ... */
export function pairIndex(q: number, m: number, v: number): number {
  return q * v - q * (q - 1) / 2 + m - q;
}

/** One certificate's parameters and hints. */
export class Reader {
  readonly v: number;
  readonly K: number;
  readonly d: number;
  #left: Set<string>;

  constructor(
    private parameters: Record<string, Json>,
    private hints: Record<string, Json>,
    { config }: MaxOfKModel,
  ) {
    this.v = config.d_vocab;
    this.K = config.n_ctx;
    this.d = config.d_model;
    this.#left = new Set([...Object.keys(parameters), ...Object.keys(hints)]);
  }

  /** Rejects what no theorem asked for. */
  finish(): void {
    if (this.#left.size > 0) {
      reject(`${show([...this.#left])}: not a parameter or hint of this theorem`);
    }
  }

  /** A parameter that is an integer from low to high. */
  parameter(name: string, [low, high]: [number, number]): number {
    return integerOf(name, this.#take(this.parameters, name), [low, high]);
  }

  /** A parameter that is one of these words. */
  choice(name: string, options: readonly string[]): string {
    const value = this.#take(this.parameters, name);
    const found = options.find((option) => option === value);
    return found ??
      reject(`parameter ${name} is ${show(value)}, not one of ${options.join(", ")}`);
  }

  /** A hint that is a list of integers. */
  integers(name: string, length: number, range: [number, number]): number[] {
    return integersOf(name, this.#take(this.hints, name), { length, range });
  }

  /** A hint that is a list of this length, its entries not looked at. */
  list(name: string, length: number): Json[] {
    return listOf(name, this.#take(this.hints, name), length);
  }

  #take(from: Record<string, Json>, name: string): Json {
    if (!Object.hasOwn(from, name)) reject(`${name} is missing`);
    this.#left.delete(name);
    return from[name];
  }
}

/** The entries of a hint's list of integers. */
export function integersOf(
  name: string,
  value: Json,
  { length, range }: { length: number; range: [number, number] },
): number[] {
  return listOf(name, value, length).map((entry) => integerOf(name, entry, range));
}

/** A hint's integer within a range. */
export function integerOf(name: string, value: Json, [low, high]: [number, number]): number {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
    reject(`${name} has ${show(value)}, not an integer from ${low} to ${high}`);
  }
  return value as number;
}

function listOf(name: string, value: Json, length: number): Json[] {
  if (!Array.isArray(value)) reject(`hint ${name} is not a list`);
  if (value.length !== length) reject(`hint ${name} has ${value.length} entries, not ${length}`);
  return value;
}
