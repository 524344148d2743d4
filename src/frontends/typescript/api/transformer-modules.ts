import { runtimeError } from "../../../engine/errors.ts";
import { canonicalMask, causalMask } from "../../../engine/nn/attention.ts";
import { xavierUniform_ } from "../../../engine/nn/init.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import { withFactory } from "./arguments.ts";
import { Binder, type Bound, type Composed, call, type Parts } from "./composed.ts";
import { deepcopy } from "./deepcopy.ts";
import { type DType, engineDtype } from "./dtypes.ts";
import { ModuleBase } from "./module.ts";
import { Tensor } from "./tensor.ts";
import { needTensor } from "./values.ts";

const LAYER_ARGUMENTS =
  "int64_t d_model, int64_t nhead, int64_t dim_feedforward=2048, double dropout=0.1, object activation='relu', double layer_norm_eps=1e-05, bool batch_first=False, bool norm_first=False, bool bias=True";
const ACTIVATION = '"relu" | "gelu" | ((x: Tensor) => Tensor)';
const LAYER_TYPES = {
  activation: ACTIVATION,
  selfAttn: "MultiheadAttention",
  linear1: "Linear",
  linear2: "Linear",
  norm1: "LayerNorm",
  norm2: "LayerNorm",
};

const ENCODER_LAYER: Composed = {
  name: "TransformerEncoderLayer",
  signature: `TransformerEncoderLayer(${LAYER_ARGUMENTS})`,
  doc: "Self-attention and a feed-forward network, each with a residual connection and a layer norm.",
  types: LAYER_TYPES,
  forward: "forward(Tensor src, Tensor? src_mask=None, Tensor? src_key_padding_mask=None, bool is_causal=False)",
  result: "Tensor",
};
const DECODER_LAYER: Composed = {
  name: "TransformerDecoderLayer",
  signature: `TransformerDecoderLayer(${LAYER_ARGUMENTS})`,
  doc: "Self-attention, attention to the encoder's output, and a feed-forward network.",
  types: { ...LAYER_TYPES, multiheadAttn: "MultiheadAttention", norm3: "LayerNorm" },
  forward:
    "forward(Tensor tgt, Tensor memory, Tensor? tgt_mask=None, Tensor? memory_mask=None, Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None, bool tgt_is_causal=False, bool memory_is_causal=False)",
  result: "Tensor",
};
const ENCODER: Composed = {
  name: "TransformerEncoder",
  signature:
    "TransformerEncoder(object encoder_layer, int64_t num_layers, object norm=None, bool enable_nested_tensor=True, bool mask_check=True)",
  doc: "A stack of copies of an encoder layer.",
  types: { encoderLayer: "Module", norm: "Module | null", layers: "ModuleList<TransformerEncoderLayer>" },
  forward: "forward(Tensor src, Tensor? mask=None, Tensor? src_key_padding_mask=None, bool? is_causal=None)",
  result: "Tensor",
};
const DECODER: Composed = {
  name: "TransformerDecoder",
  signature: "TransformerDecoder(object decoder_layer, int64_t num_layers, object norm=None)",
  doc: "A stack of copies of a decoder layer.",
  types: { decoderLayer: "Module", norm: "Module | null", layers: "ModuleList<TransformerDecoderLayer>" },
  forward:
    "forward(Tensor tgt, Tensor memory, Tensor? tgt_mask=None, Tensor? memory_mask=None, Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None, bool? tgt_is_causal=None, bool memory_is_causal=False)",
  result: "Tensor",
};
const TRANSFORMER: Composed = {
  name: "Transformer",
  signature:
    "Transformer(int64_t d_model=512, int64_t nhead=8, int64_t num_encoder_layers=6, int64_t num_decoder_layers=6, int64_t dim_feedforward=2048, double dropout=0.1, object activation='relu', object custom_encoder=None, object custom_decoder=None, double layer_norm_eps=1e-05, bool batch_first=False, bool norm_first=False, bool bias=True)",
  doc: "Encoder and decoder.",
  types: {
    activation: ACTIVATION,
    customEncoder: "Module | null",
    customDecoder: "Module | null",
    encoder: "TransformerEncoder",
    decoder: "TransformerDecoder",
  },
  forward:
    "forward(Tensor src, Tensor tgt, Tensor? src_mask=None, Tensor? tgt_mask=None, Tensor? memory_mask=None, Tensor? src_key_padding_mask=None, Tensor? tgt_key_padding_mask=None, Tensor? memory_key_padding_mask=None, bool? src_is_causal=None, bool? tgt_is_causal=None, bool memory_is_causal=False)",
  result: "Tensor",
  statics: ["generateSquareSubsequentMask(size: number, options?: { dtype?: DType }): Tensor;"],
};

export const TRANSFORMERS: readonly Composed[] = [ENCODER_LAYER, DECODER_LAYER, ENCODER, DECODER, TRANSFORMER];

type Activation = (x: Tensor) => Tensor;

/** Both kinds of layers: attention blocks and a feed-forward block around a residual stream. */
interface LayerParts {
  selfAttn: ModuleBase & { batchFirst: boolean; qkvSameEmbedDim: boolean; inProjBias: Tensor | null; numHeads: number };
  norm1: ModuleBase & { eps: number };
  norm2: ModuleBase & { eps: number };
  normFirst: boolean;
  /** Is the activation one of those for which PyTorch has a fast path? It warns about others. */
  isFast: boolean;
}

const sum = (a: Tensor, b: unknown): Tensor =>
  Tensor.wrap(run(Tensor.raw(a).rt, "add", Tensor.raw(a), Tensor.raw(b as Tensor)));

const maskOf = (given: unknown, name: string, like: Tensor): Tensor | null => {
  if (given === null || given === undefined) return null;
  const mask = canonicalMask(needTensor(given, name), name, Tensor.raw(like).dtype);
  return mask === null ? null : Tensor.wrap(mask);
};

/** Is this the mask that keeps every position from looking ahead? What the caller says about it counts first. */
function isCausalMask(mask: Tensor | null, said: unknown): boolean {
  if (mask === null || (said !== null && said !== undefined)) return said === true;
  const raw = Tensor.raw(mask);
  const n = raw.shape[raw.ndim - 2];
  const { rt } = raw;
  return rt.quietly(() => run(rt, "equal", raw, causalMask(rt, n, raw.dtype)) as unknown as boolean);
}

/** Why PyTorch's encoder would not use nested tensors: it warns about it; "" when it would. */
function nestedTensorObstacle(layer: Partial<LayerParts>): string {
  const { selfAttn, norm1, norm2 } = layer;
  if (selfAttn === undefined || norm1 === undefined || norm2 === undefined)
    return "encoder_layer was not TransformerEncoderLayer";
  if (layer.normFirst) return "encoder_layer.norm_first was True";
  if (!selfAttn.batchFirst)
    return "encoder_layer.self_attn.batch_first was not True(use batch_first for better inference performance)";
  if (!selfAttn.qkvSameEmbedDim) return "encoder_layer.self_attn._qkv_same_embed_dim was not True";
  if (selfAttn.inProjBias === null) return "encoder_layer.self_attn was passed bias=False";
  if (!layer.isFast) return "encoder_layer.activation_relu_or_gelu was not True";
  if (norm1.eps !== norm2.eps) return "encoder_layer.norm1.eps was not equal to encoder_layer.norm2.eps";
  return selfAttn.numHeads % 2 === 1 ? "encoder_layer.self_attn.num_heads is odd" : "";
}

/** nn.Transformer and its parts, of one runtime. */
export function transformerClasses({ rt, layer }: Parts) {
  const activations: Readonly<Record<string, Activation>> = Object.fromEntries(
    ["relu", "gelu"].map((name) => [name, (x: Tensor) => Tensor.wrap(run(rt, name, Tensor.raw(x)))]),
  );

  function activationOf(given: unknown): Activation {
    if (typeof given !== "string") return given as Activation;
    const found = activations[given];
    if (found === undefined) throw runtimeError(`activation should be relu/gelu, not ${given}`);
    return found;
  }

  /** What encoder and decoder layers share. */
  abstract class TransformerLayer extends ModuleBase {
    selfAttn!: ModuleBase;
    multiheadAttn?: ModuleBase;
    linear1!: ModuleBase;
    dropout!: ModuleBase;
    linear2!: ModuleBase;
    norm1!: ModuleBase;
    norm2!: ModuleBase;
    norm3?: ModuleBase;
    dropout1!: ModuleBase;
    dropout2!: ModuleBase;
    dropout3?: ModuleBase;
    readonly normFirst: boolean;
    readonly isFast: boolean;
    readonly activation: Activation;

    constructor(binder: Binder, given: readonly unknown[], crossAttention: boolean) {
      super();
      const { bound, factory } = binder.made(given);
      withFactory(rt, factory, () => {
        this.build(bound, crossAttention);
      });
      const { activation } = bound;
      this.normFirst = bound["normFirst"] as boolean;
      this.activation = activationOf(activation);
      this.isFast =
        typeof activation === "string" || ["ReLU", "GELU"].some((name) => activation instanceof layer(name));
    }
    private build(a: Bound, crossAttention: boolean): void {
      const names = ["MultiheadAttention", "Linear", "Dropout", "LayerNorm"];
      const [MultiheadAttention, Linear, Dropout, LayerNorm] = names.map(layer);
      const { dropout, bias, batchFirst } = a;
      const width = a["dModel"];
      const attention = (): ModuleBase => new MultiheadAttention(width, a["nhead"], { dropout, bias, batchFirst });
      const norm = (): ModuleBase => new LayerNorm(width, { eps: a["layerNormEps"], bias });
      this.selfAttn = attention();
      if (crossAttention) this.multiheadAttn = attention();
      this.linear1 = new Linear(width, a["dimFeedforward"], { bias });
      this.dropout = new Dropout(dropout);
      this.linear2 = new Linear(a["dimFeedforward"], width, { bias });
      this.norm1 = norm();
      this.norm2 = norm();
      this.dropout1 = new Dropout(dropout);
      this.dropout2 = new Dropout(dropout);
      if (!crossAttention) return;
      this.norm3 = norm();
      this.dropout3 = new Dropout(dropout);
    }
    get runtime(): Runtime {
      return rt;
    }

    /** A block on the residual stream, with its norm before or after. */
    protected residual(x: Tensor, norm: ModuleBase, block: (x: Tensor) => unknown): Tensor {
      return this.normFirst ? sum(x, block(call(norm, x) as Tensor)) : (call(norm, sum(x, block(x))) as Tensor);
    }
    protected attend(
      attention: ModuleBase,
      dropout: ModuleBase,
      x: Tensor,
      memory: Tensor,
      attnMask: unknown,
      keyPaddingMask: unknown,
      isCausal: unknown,
    ): unknown {
      const options = { attnMask, keyPaddingMask, isCausal, needWeights: false };
      const [output] = call(attention, x, memory, memory, options) as [Tensor];
      return call(dropout, output);
    }
    protected feedForward(x: Tensor, dropout: ModuleBase): unknown {
      const hidden = call(this.dropout, this.activation(call(this.linear1, x) as Tensor));
      return call(dropout, call(this.linear2, hidden));
    }
  }

  const encoderLayerBinder = new Binder(ENCODER_LAYER);
  class TransformerEncoderLayer extends TransformerLayer {
    constructor(...given: unknown[]) {
      super(encoderLayerBinder, given, false);
    }
    override forward(...given: unknown[]): Tensor {
      const a = encoderLayerBinder.called(given);
      const src = a["src"] as Tensor;
      const padding = maskOf(a["srcKeyPaddingMask"], "src_key_padding_mask", src);
      const mask = maskOf(a["srcMask"], "src_mask", src);
      const { selfAttn, dropout1, dropout2 } = this;
      const x = this.residual(src, this.norm1, (y) =>
        this.attend(selfAttn, dropout1, y, y, mask, padding, a["isCausal"]),
      );
      return this.residual(x, this.norm2, (y) => this.feedForward(y, dropout2));
    }
  }

  const decoderLayerBinder = new Binder(DECODER_LAYER);
  class TransformerDecoderLayer extends TransformerLayer {
    constructor(...given: unknown[]) {
      super(decoderLayerBinder, given, true);
    }
    override forward(...given: unknown[]): Tensor {
      const a = decoderLayerBinder.called(given);
      const memory = a["memory"] as Tensor;
      const { selfAttn, multiheadAttn, norm3, dropout1, dropout2, dropout3 } =
        this as Required<TransformerDecoderLayer>;
      let x = this.residual(a["tgt"] as Tensor, this.norm1, (y) =>
        this.attend(selfAttn, dropout1, y, y, a["tgtMask"], a["tgtKeyPaddingMask"], a["tgtIsCausal"]),
      );
      x = this.residual(x, this.norm2, (y) =>
        this.attend(
          multiheadAttn,
          dropout2,
          y,
          memory,
          a["memoryMask"],
          a["memoryKeyPaddingMask"],
          a["memoryIsCausal"],
        ),
      );
      return this.residual(x, norm3, (y) => this.feedForward(y, dropout3));
    }
  }

  /** Copies of one layer, one after the other, and a norm at the end. */
  abstract class Stack extends ModuleBase {
    readonly layers: ModuleBase & Iterable<ModuleBase>;
    readonly numLayers: number;
    readonly norm: ModuleBase | null;

    constructor(one: ModuleBase, count: number, norm: ModuleBase | null) {
      super();
      const ModuleList = layer("ModuleList");
      const copies = Array.from({ length: count }, () => deepcopy(one));
      this.layers = new ModuleList(copies) as ModuleBase & Iterable<ModuleBase>;
      this.numLayers = count;
      this.norm = norm;
    }
    get runtime(): Runtime {
      return rt;
    }
    protected through(x: Tensor, step: (x: Tensor, layer: ModuleBase) => unknown): Tensor {
      let output = x;
      for (const one of this.layers) output = step(output, one) as Tensor;
      return this.norm === null ? output : (call(this.norm, output) as Tensor);
    }
  }

  const encoderBinder = new Binder(ENCODER);
  class TransformerEncoder extends Stack {
    constructor(...given: unknown[]) {
      const a = encoderBinder.made(given).bound;
      super(a["encoderLayer"] as ModuleBase, a["numLayers"] as number, a["norm"] as ModuleBase | null);
      const obstacle = nestedTensorObstacle(a["encoderLayer"] as Partial<LayerParts>);
      if (a["enableNestedTensor"] === true && obstacle !== "")
        rt.warn("UserWarning", `enable_nested_tensor is True, but self.use_nested_tensor is False because ${obstacle}`);
    }
    override forward(...given: unknown[]): Tensor {
      const a = encoderBinder.called(given);
      const src = a["src"] as Tensor;
      const srcKeyPaddingMask = maskOf(a["srcKeyPaddingMask"], "src_key_padding_mask", src);
      const srcMask = maskOf(a["mask"], "mask", src);
      const isCausal = isCausalMask(srcMask, a["isCausal"]);
      return this.through(src, (x, one) => call(one, x, { srcMask, srcKeyPaddingMask, isCausal }));
    }
  }

  const decoderBinder = new Binder(DECODER);
  class TransformerDecoder extends Stack {
    constructor(...given: unknown[]) {
      const a = decoderBinder.made(given).bound;
      super(a["decoderLayer"] as ModuleBase, a["numLayers"] as number, a["norm"] as ModuleBase | null);
    }
    override forward(...given: unknown[]): Tensor {
      const { tgt, memory, ...others } = decoderBinder.called(given);
      const tgtIsCausal = isCausalMask(others["tgtMask"] as Tensor | null, others["tgtIsCausal"]);
      return this.through(tgt as Tensor, (x, one) => call(one, x, memory, { ...others, tgtIsCausal }));
    }
  }

  const transformerBinder = new Binder(TRANSFORMER);
  class Transformer extends ModuleBase {
    readonly encoder: ModuleBase;
    readonly decoder: ModuleBase;
    readonly dModel: number;
    readonly nhead: number;
    readonly batchFirst: boolean;

    constructor(...given: unknown[]) {
      super();
      const { bound: a, factory } = transformerBinder.made(given);
      const { nhead, dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias } = a;
      const settings = { dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias };
      const LayerNorm = layer("LayerNorm");
      const norm = (): ModuleBase => new LayerNorm(a["dModel"], { eps: layerNormEps, bias });
      const { encoder, decoder } = withFactory(rt, factory, () => ({
        encoder:
          a["customEncoder"] ??
          new TransformerEncoder(
            new TransformerEncoderLayer(a["dModel"], nhead, settings),
            a["numEncoderLayers"],
            norm(),
          ),
        decoder:
          a["customDecoder"] ??
          new TransformerDecoder(
            new TransformerDecoderLayer(a["dModel"], nhead, settings),
            a["numDecoderLayers"],
            norm(),
          ),
      }));
      this.encoder = encoder as ModuleBase;
      this.decoder = decoder as ModuleBase;
      for (const p of this.parameters()) if (p.ndim > 1) xavierUniform_(Tensor.raw(p));
      this.dModel = a["dModel"] as number;
      this.nhead = nhead as number;
      this.batchFirst = batchFirst as boolean;
    }
    get runtime(): Runtime {
      return rt;
    }

    /** -inf above the diagonal: no position looks ahead. */
    static generateSquareSubsequentMask(size: number, options: { dtype?: DType } = {}): Tensor {
      const dtype = options.dtype === undefined ? rt.defaultDtype : engineDtype(options.dtype);
      return Tensor.wrap(causalMask(rt, size, dtype));
    }

    override forward(...given: unknown[]): Tensor {
      const { src, tgt, srcMask, srcKeyPaddingMask, srcIsCausal, ...others } = transformerBinder.called(given);
      const [source, target] = [needTensor(src, "src"), needTensor(tgt, "tgt")];
      const batch = this.batchFirst ? 0 : 1;
      if (source.ndim === 3 && source.shape[batch] !== target.shape[batch])
        throw runtimeError("the batch number of src and tgt must be equal");
      if (source.shape.at(-1) !== this.dModel || target.shape.at(-1) !== this.dModel)
        throw runtimeError("the feature number of src and tgt must be equal to d_model");
      const memory = call(this.encoder, src, { mask: srcMask, srcKeyPaddingMask, isCausal: srcIsCausal });
      return call(this.decoder, tgt, memory, others) as Tensor;
    }
  }

  return { TransformerEncoderLayer, TransformerDecoderLayer, TransformerEncoder, TransformerDecoder, Transformer };
}
