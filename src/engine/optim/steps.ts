import { run, runWith } from "../nn/named-operators.ts";
import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import type { GroupOptions } from "./optimizer.ts";

/** In-place pieces that update rules are made of. */

export const zerosLike = (p: Tensor): Tensor => p.rt.full(p.shape, 0, p.dtype);
export const scale = (rt: Runtime, t: Tensor, factor: number): Tensor => run(rt, "mul_", t, factor);
export const addcmul = (rt: Runtime, t: Tensor, a: Tensor, b: Tensor, value: number): Tensor =>
  runWith(rt, "addcmul_", { input: t, tensor1: a, tensor2: b, value });
export const addcdiv = (rt: Runtime, t: Tensor, a: Tensor, b: Tensor, value: number): Tensor =>
  runWith(rt, "addcdiv_", { input: t, tensor1: a, tensor2: b, value });
export const sqrt = (rt: Runtime, t: Tensor): Tensor => run(rt, "sqrt", t);

/** Options as numbers. */
export const num = (o: GroupOptions, name: string): number => o[name] as number;
