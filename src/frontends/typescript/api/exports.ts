import { uint8 } from "../../../engine/dtype.ts";
import { packState, unpackState } from "../../../engine/random/state.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { backward, grad } from "./autograd.ts";
import { functionalExports } from "./autograd-functional.ts";
import { checkpointExports } from "./checkpoint.ts";
import { creation } from "./creation.ts";
import { functionClass } from "./custom-function.ts";
import { dataExports } from "./data-loader.ts";
import { deepcopy } from "./deepcopy.ts";
import { distributionExports } from "./distributions.ts";
import { DTYPE_EXPORTS, DType, dtypeOf, engineDtype } from "./dtypes.ts";
import { fileExports } from "./files.ts";
import { forwardADExports } from "./forward.ts";
import { funcExports } from "./func.ts";
import { functionTable } from "./function-table.ts";
import { Generator } from "./generator.ts";
import { gradModes } from "./grad-modes.ts";
import { gradcheckExports } from "./gradcheck.ts";
import { numberTypes } from "./number-types.ts";
import { graphExports } from "./saved-hooks.ts";
import { Slice, slice } from "./slice.ts";
import { Tensor } from "./tensor.ts";
import "./tensor-methods.ts";
import { needTensor } from "./values.ts";

type Names = Record<string, unknown>;

/** Everything that "backstep" exports but nn and optim. */
export function coreExports(rt: Runtime): Names {
  const modes = gradModes(rt);
  const func = funcExports(rt);
  const functions = functionTable(rt, "torch");
  return {
    ...functions,
    ...creation(rt),
    ...modes,
    ...DTYPE_EXPORTS,
    ...numberTypes(rt),
    Tensor,
    DType,
    Generator,
    Slice,
    slice,
    manualSeed: (seed: number): Generator => {
      rt.generator.manualSeed(seed);
      return Generator.wrap(rt.generator);
    },
    initialSeed: (): number => Number(rt.generator.initialSeed),
    seed: (): number => rt.generator.reseed(),
    getRngState: (): Tensor => {
      const bytes = packState(rt.generator);
      return Tensor.wrap(rt.from(bytes, [bytes.length], uint8));
    },
    setRngState: (state: Tensor): void => {
      unpackState(rt.generator, Uint8Array.from(needTensor(state, "state").toArray()));
    },
    deepcopy: <T>(value: T): T => deepcopy(value),
    isTensor: (x: unknown): boolean => x instanceof Tensor,
    getDefaultDtype: (): DType => dtypeOf(rt.defaultDtype),
    setDefaultDtype: (dtype: DType): void => {
      rt.defaultDtype = engineDtype(dtype);
    },
    setPrintOptions: (options: Partial<Runtime["printOptions"]>): void => {
      rt.printOptions = { ...rt.printOptions, ...options };
    },
    grad,
    backward,
    autograd: Object.freeze({
      grad,
      backward,
      ...modes,
      ...gradcheckExports(rt),
      Function: functionClass(rt),
      functional: functionalExports(rt),
      graph: graphExports(rt),
      forwardAD: forwardADExports(rt),
    }),
    distributions: distributionExports(rt),
    func,
    vmap: func.vmap,
    utils: Object.freeze({ data: dataExports(rt), checkpoint: checkpointExports(rt) }),
    ...fileExports(),
    setDetectAnomaly: (enabled: boolean, options: { checkNan?: boolean } = {}): void => {
      rt.anomalyMode = enabled;
      rt.anomalyCheckNan = options.checkNan ?? true;
    },
    isAnomalyEnabled: (): boolean => rt.anomalyMode,
    linalg: Object.freeze(functionTable(rt, "linalg")),
    special: Object.freeze(functionTable(rt, "special")),
    fft: Object.freeze(functionTable(rt, "fft")),
  };
}
