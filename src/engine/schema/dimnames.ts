import { runtimeError } from "../errors.ts";
import type { Signature } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/**
 * Overloads that take dimension names. No tensor here has names, so every name is an error: PyTorch's for a name that is none, or
 * for one that the tensor lacks.
 */
export function namedOverload(text: string): Signature {
  return {
    text,
    named: true,
    call: (self: Tensor | readonly Tensor[], ...rest: unknown[]): never => {
      const given = rest.find((x) => typeof x === "string" || (Array.isArray(x) && typeof x[0] === "string"));
      const name = typeof given === "string" ? given : (given as string[])[0];
      if (!/^[A-Za-z_]\w*$/.test(name))
        throw runtimeError(
          `Invalid name: a valid identifier contains only digits, alphabetical characters, and/or underscore and starts with a non-digit. got: '${name}'.`,
        );
      const t = Array.isArray(self) ? self[0] : self;
      throw runtimeError(`Name '${name}' not found in Tensor[${t.shape.map(() => "None").join(", ")}].`);
    },
  };
}

/** The overload of creation functions that names the dimensions. */
export function namedCreation(text: string): Signature {
  return {
    text,
    call: (): never => {
      throw runtimeError("Backstep has no named dimensions: leave out names=");
    },
  };
}
