import { runtimeError } from "../errors.ts";
import type { Signature } from "../op.ts";
import type { Tensor } from "../tensor.ts";

/** The first name among the arguments. */
function givenName(args: readonly unknown[]): string {
  const given = args.find((x) => typeof x === "string" || (Array.isArray(x) && typeof x[0] === "string"));
  return typeof given === "string" ? given : (given as string[])[0];
}

function checkName(name: string): void {
  if (!/^[A-Za-z_]\w*$/.test(name))
    throw runtimeError(
      `Invalid name: a valid identifier contains only digits, alphabetical characters, and/or underscore and starts with a non-digit. got: '${name}'.`,
    );
}

/**
 * Overloads that take dimension names. No tensor here has names, so every name is an error: PyTorch's for a name that is none, or
 * for one that the tensor lacks.
 */
export function namedOverload(text: string): Signature {
  return {
    text,
    named: true,
    call: (self: Tensor | readonly Tensor[], ...rest: unknown[]): never => {
      const name = givenName(rest);
      checkName(name);
      const t = Array.isArray(self) ? self[0] : self;
      throw runtimeError(`Name '${name}' not found in Tensor[${t.shape.map(() => "None").join(", ")}].`);
    },
  };
}

/** Overloads that take dimension names and that PyTorch only declares: any name, and `*` for none, is refused alike. */
export function unnamedOverload(text: string): Signature {
  const operator = text.slice(0, text.indexOf("("));
  return {
    text,
    named: true,
    call: (_self: unknown, ...rest: unknown[]): never => {
      const name = givenName(rest);
      if (name !== "*") checkName(name);
      throw runtimeError(
        `${operator}: You passed a dimname (string) to this op in place of a dimension index but it does not yet support this behavior. Please pass a dimension index to work around this.`,
      );
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
