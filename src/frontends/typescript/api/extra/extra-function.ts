import type { Runtime } from "../../../../engine/runtime.ts";

/** A function of PyTorch that the catalogue lacks in this form: a signature, and what it does with engine values. */
export interface ExtraFunction {
  readonly signature: string;
  readonly doc: string;
  /** Tensors given one by one fill the list: meshgrid(x, y). */
  readonly variadic?: boolean;
  /** Type of the result in TypeScript, where it is not one tensor. */
  readonly result?: string;
  readonly call: (rt: Runtime, ...args: never[]) => unknown;
}
