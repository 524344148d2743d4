import { checkArguments } from "../../../engine/schema/bind.ts";
import type { Native } from "./table.ts";

export const ARGUMENT_NATIVES: Readonly<Record<string, Native>> = {
  /** Raises PyTorch's error when arguments fit none of the signatures (one a line) of a function written in Python. */
  check_arguments: (_context, texts: string, method: boolean, args: unknown[], names: string[], values: unknown[]) =>
    checkArguments(texts.split("\n"), args, Object.fromEntries(names.map((name, i) => [name, values[i]])), method),
};
