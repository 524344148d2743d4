import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import type { ProgramLocation } from "../translate/locations.ts";

/** What a program needs of whoever runs it. None of these may throw. */
export interface ProgramHost {
  write(stream: "out" | "err", text: string): void;
  /** Should the program end? Asked at every call and every turn of a loop: must be cheap. */
  stopRequested(): boolean;
  /** Places of the translated source by their numbers, the first being 1. */
  readonly locations: readonly ProgramLocation[];
  /** A variable of the program holds this tensor. */
  nameTensor(tensor: EngineTensor, name: string): void;
  /** Frames of a V8 stack that are the person's own, positions in their source: "    at train (model.ts:3:5)" lines. */
  userFrames(stack: string): string;
}
