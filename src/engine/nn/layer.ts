import type { Runtime } from "../runtime.ts";
import type { Tensor } from "../tensor.ts";
import type { PackedSequence } from "./packed-sequence.ts";

/** Arguments of a layer by the names of its signature. */
export type LayerArgs = Readonly<Record<string, unknown>>;

/** What a layer's functions see of their module: its attributes as they are now. */
export interface LayerState {
  readonly rt: Runtime;
  readonly training: boolean;
  /** An attribute that is no tensor: an argument of the layer. */
  get<T>(name: string): T;
  /** A parameter, buffer or tensor argument; null where it is None. */
  tensor(name: string): Tensor | null;
}

/** Tensors of a new layer, by name, in the order in which PyTorch makes them. */
export interface LayerTensors {
  readonly parameters?: Readonly<Record<string, Tensor | null>>;
  readonly buffers?: Readonly<Record<string, Tensor | null>>;
}

/**
 * One kind of layer of `torch.nn`: its constructor's signature, its tensors, what it computes and how it prints. Front ends make
 * a module class of each.
 */
export interface LayerOf<I extends readonly unknown[]> {
  readonly name: string;
  /** In the syntax of PyTorch's argument parser, as those of operators. */
  readonly signature: string;
  readonly doc: string;
  /** Formula of the result, in LaTeX, where one line says it. */
  readonly formula?: string;
  /** The tensors that `make` makes, for declarations: "?" = may be None. */
  readonly tensors?: Readonly<Record<string, "parameter" | "parameter?" | "buffer?">>;
  /** The parameters depend on the arguments and are named weight… and bias…. */
  readonly manyTensors?: boolean;
  /** Names of forward's inputs; "h0?" may be left out, "hx?[]" is a list of tensors (or one), "size?#" numbers, "input@" may be packed. */
  readonly inputs: readonly string[];
  /** Type of forward's result for declarations, where it is not one tensor. */
  readonly result?: string;
  /** Makes parameters (initialised as PyTorch does, from the runtime's random stream) and buffers. */
  readonly make?: (rt: Runtime, args: LayerArgs) => LayerTensors;
  readonly forward: (self: LayerState, ...inputs: I) => LayerResult;
  /** What stands in parentheses when the module is printed. */
  readonly extraRepr?: (self: LayerState) => string;
}

/** A layer in the table: its inputs are checked by the front end against `inputs`. */
export type Layer = LayerOf<never[]>;
export type LayerResult = Tensor | PackedSequence | readonly LayerResult[];

/** A kind of layer whose inputs are tensors, unless their types are given. */
export const layer = <I extends readonly unknown[] = Tensor[]>(definition: LayerOf<I>): Layer =>
  definition as unknown as Layer;
