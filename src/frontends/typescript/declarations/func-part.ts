/** Written part of the declarations: derivatives of functions. */
export const FUNC_PART = `/** Derivatives of functions (torch.func). Arguments and results may be nested arrays and plain objects of tensors. */
export namespace func {
  export interface TransformOptions {
    /** Which arguments to differentiate with respect to: a number, or several. */
    argnums?: number | readonly number[];
    /** The function gives [output, anything else]. */
    hasAux?: boolean;
  }
  export interface JacobianOptions extends TransformOptions {
    /** How many rows go at once: less memory, more passes. All unless given. */
    chunkSize?: number | null;
  }
  /** May a function of one sample draw random numbers, and do all samples get the same? "error" unless given. */
  type Randomness = "error" | "different" | "same";
  type Several = { argnums: readonly number[] };
  type Aux = { hasAux: true };

  /** The function that gives the gradient of a scalar function: \`grad(f)(x)\`. */
  function grad<A extends any[], X>(f: (...args: A) => [Tensor, X], options: TransformOptions & Aux): (...args: A) => [any, X];
  function grad<A extends any[]>(f: (...args: A) => Tensor, options: TransformOptions & Several): (...args: A) => any[];
  function grad<A extends any[]>(f: (...args: A) => Tensor, options?: TransformOptions): (...args: A) => A[0];
  /** The gradient, and the value: \`const [g, y] = gradAndValue(f)(x)\`. */
  function gradAndValue<A extends any[]>(f: (...args: A) => Tensor, options?: TransformOptions): (...args: A) => [A[0], Tensor];
  /** The output, and the function that takes an upstream gradient back to the inputs (vᵀJ, in an array). */
  function vjp<A extends any[], R>(f: (...args: A) => R, ...primals: A): [R, (cotangents: R) => A];
  /** The output, and J times the tangents. */
  function jvp<A extends any[], R>(f: (...args: A) => R, primals: A, tangents: A): [R, R];
  /** The output, and the function from tangents to Jv. */
  function linearize<A extends any[], R>(f: (...args: A) => R, ...primals: A): [R, (...tangents: A) => R];
  /** The function that gives the Jacobian, of shape [...output, ...input], by rows: best for few outputs. */
  function jacrev<A extends any[]>(f: (...args: A) => Tensor, options?: JacobianOptions & { argnums?: number; hasAux?: false }): (...args: A) => A[0];
  function jacrev<A extends any[]>(f: (...args: A) => any, options?: JacobianOptions): (...args: A) => any;
  /** The function that gives the Jacobian, of shape [...output, ...input], by columns in forward mode: best for few inputs. */
  function jacfwd<A extends any[]>(
    f: (...args: A) => Tensor,
    options?: { argnums?: number; hasAux?: false; randomness?: Randomness },
  ): (...args: A) => A[0];
  function jacfwd<A extends any[]>(f: (...args: A) => any, options?: TransformOptions & { randomness?: Randomness }): (...args: A) => any;
  /** The function that gives the Hessian of a scalar function, of shape [...input, ...input]. */
  function hessian<A extends any[]>(f: (...args: A) => Tensor, options?: { argnums?: number }): (...args: A) => A[0];
  function hessian<A extends any[]>(f: (...args: A) => any, options?: { argnums?: readonly number[] }): (...args: A) => any;

  export interface VmapOptions {
    /** Batch dimension of the arguments: one for all, or one each; null where an argument is shared. */
    inDims?: number | readonly any[];
    /** Where the batch dimension of the results goes. */
    outDims?: number | null | readonly (number | null)[];
    randomness?: Randomness;
    /** How many samples go at once; all unless given. */
    chunkSize?: number | null;
  }
  /** A function of one sample becomes one of a batch, which runs once for all samples. */
  function vmap<A extends any[], R>(f: (...args: A) => R, options?: VmapOptions): (...args: A) => R;
  /** Runs a module with the given tensors in place of its parameters and buffers; an array holds the inputs. */
  function functionalCall(
    module: nn.Module,
    tensors: Readonly<Record<string, Tensor>> | readonly Readonly<Record<string, Tensor>>[],
    inputs: Tensor | readonly unknown[],
  ): any;
}
export import vmap = func.vmap;

export namespace autograd {
  /** Derivatives of a function at given inputs: one tensor, or several in an array. */
  export namespace functional {
    interface Options {
      /** Record the derivatives themselves, so that they can be differentiated. */
      createGraph?: boolean;
    }
    /** The output, and vᵀJ; v may be left out for a single number. */
    function vjp<I extends Tensor | readonly Tensor[]>(f: (...inputs: Tensor[]) => any, inputs: I, v?: Tensor | readonly Tensor[] | null, options?: Options): [any, I];
    /** The output, and Jv. */
    function jvp<I extends Tensor | readonly Tensor[]>(f: (...inputs: Tensor[]) => any, inputs: I, v?: I | null, options?: Options): [any, any];
    /** The value of a scalar function, and vᵀ times its Hessian. */
    function vhp<I extends Tensor | readonly Tensor[]>(f: (...inputs: Tensor[]) => Tensor, inputs: I, v?: I | null, options?: Options): [Tensor, I];
    /** The value of a scalar function, and its Hessian times v. */
    function hvp<I extends Tensor | readonly Tensor[]>(f: (...inputs: Tensor[]) => Tensor, inputs: I, v?: I | null, options?: Options): [Tensor, I];
    /** The Jacobian, of shape [...output, ...input]; nested as outputs and inputs are. */
    function jacobian(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor, options?: Options): Tensor;
    function jacobian(f: (...inputs: Tensor[]) => any, inputs: Tensor | readonly Tensor[], options?: Options): any;
    /** The Hessian of a scalar function, of shape [...input, ...input]. */
    function hessian(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor, options?: Options): Tensor;
    function hessian(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[], options?: Options): Tensor[][];
  }
  /** Derivatives in forward mode: tensors that carry tangents (torch.autograd.forward_ad). */
  export namespace forwardAD {
    /** Inside, \`makeDual\` gives tensors a tangent, which goes through every operator with them. */
    function dualLevel<T>(body: () => T): T;
    /** A tensor that carries a tangent of its own shape. */
    function makeDual(tensor: Tensor, tangent: Tensor): Tensor;
    /** A tensor and its tangent, Jv; null where nothing moves it. */
    function unpackDual(tensor: Tensor): { primal: Tensor; tangent: Tensor | null };
  }
  /** What backward passes keep (torch.autograd.graph). */
  export namespace graph {
    /** Inside \`body\`, a saved tensor is kept as \`pack\` makes it, and \`unpack\` gives the tensor back. */
    function savedTensorsHooks<P, R>(pack: (t: Tensor) => P, unpack: (packed: P) => Tensor, body: () => R): R;
  }
}

export namespace utils {
  /** Parts of the forward pass that are computed again in the backward pass instead of being kept. */
  export namespace checkpoint {
    /** Calls \`f\` without keeping what its backward pass needs; that is computed again, with the same random numbers. */
    function checkpoint<A extends readonly any[], R>(f: (...inputs: A) => R, ...inputs: A): R;
    /** Checkpoints all but the last of \`segments\` parts of a sequence of modules or functions. */
    function checkpointSequential(functions: Iterable<(x: any) => any>, segments: number, input: Tensor): Tensor;
  }
}
`;
