import { Tensor } from "./tensor.ts";

/** The tensors among an operator's arguments, also those in lists. */
export const tensorsAmong = (args: readonly unknown[]): Tensor[] =>
  args.flatMap((a) => (a instanceof Tensor ? [a] : Array.isArray(a) ? tensorsAmong(a) : []));

/** Does one of them fit? */
export const someTensor = (args: readonly unknown[], fits: (t: Tensor) => boolean): boolean =>
  args.some((a) => (a instanceof Tensor ? fits(a) : Array.isArray(a) && someTensor(a, fits)));

/** The arguments with their tensors replaced. */
export const mapTensors = (args: readonly unknown[], f: (t: Tensor) => Tensor): unknown[] =>
  args.map((a) => (a instanceof Tensor ? f(a) : Array.isArray(a) ? mapTensors(a, f) : a));
