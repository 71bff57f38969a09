import { InvalidArgumentError, Option } from "commander";

/** Reads an argument that is a whole number, at least 0. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number, at least 0.");
  return Number(text);
}

export const dirOption = (): Option => new Option("--dir <folder>", "the lab's folder (default: $LAB_DIR, else .lab)");
export const outputOption = (): Option =>
  new Option("-o, --output <format>", "output format").choices(["text", "json"]).default("text");
