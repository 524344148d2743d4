import { TorchError, typeError } from "../../../engine/errors.ts";
import { detach } from "../../../engine/ops/copies.ts";
import { deepcopy } from "./deepcopy.ts";
import { ModuleBase } from "./module.ts";
import { Tensor } from "./tensor.ts";
import { flatten, treeMap } from "./tree.ts";

const NOT_WEIGHTS =
  "Weights only load failed: the file holds a whole module. Save its stateDict(), or load it with { weightsOnly: false }.";

/** Computed tensors lose their history, as in a file. */
const settled = (value: unknown): unknown =>
  value instanceof Tensor && !value.isLeaf ? Tensor.wrap(detach(Tensor.raw(value))).requiresGrad_() : value;

/** torch.save and torch.load of one run: files that last as long as the run. */
export function fileExports() {
  const files = new Map<string, unknown>();
  return {
    /** Keeps a copy of tensors, modules and nested arrays and objects of them under a path. Error: TypeError for functions. */
    save: (value: unknown, path: string): void => {
      if (flatten(value).leaves.some((leaf) => typeof leaf === "function" && !(leaf instanceof ModuleBase)))
        throw typeError(
          "save() keeps tensors, modules, numbers, strings, arrays and objects; a function is none of these",
        );
      files.set(path, deepcopy(treeMap(settled, value)));
    },
    /** A new copy of what was saved. Errors: FileNotFoundError; UnpicklingError for a module unless `weightsOnly` is false. */
    load: (path: string, options: { weightsOnly?: boolean } = {}): unknown => {
      if (!files.has(path)) throw new TorchError("FileNotFoundError", `[Errno 2] No such file or directory: '${path}'`);
      const value = files.get(path);
      if (options.weightsOnly !== false && flatten(value).leaves.some((leaf) => leaf instanceof ModuleBase))
        throw new TorchError("UnpicklingError", NOT_WEIGHTS);
      return deepcopy(value);
    },
  };
}
