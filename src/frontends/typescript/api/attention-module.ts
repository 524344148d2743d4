import { TorchError, valueError } from "../../../engine/errors.ts";
import { canonicalMask, multiHeadAttention } from "../../../engine/nn/attention.ts";
import { xavierNormal_, xavierUniform_ } from "../../../engine/nn/init.ts";
import { linearLayer } from "../../../engine/nn/linear.ts";
import { run } from "../../../engine/nn/named-operators.ts";
import type { Runtime } from "../../../engine/runtime.ts";
import type { Tensor as EngineTensor } from "../../../engine/tensor.ts";
import { withFactory } from "./arguments.ts";
import { Binder, type Composed } from "./composed.ts";
import { layerClass } from "./layers.ts";
import { ModuleBase, Parameter } from "./module.ts";
import { Tensor } from "./tensor.ts";
import { needTensor } from "./values.ts";

export const MULTIHEAD_ATTENTION: Composed = {
  name: "MultiheadAttention",
  signature:
    "MultiheadAttention(int64_t embed_dim, int64_t num_heads, double dropout=0.0, bool bias=True, bool add_bias_kv=False, bool add_zero_attn=False, int64_t? kdim=None, int64_t? vdim=None, bool batch_first=False)",
  doc: "Attention with several heads: each mixes the values by how well its queries fit the keys. Gives the output and the weights (null with needWeights: false).",
  formula: "\\mathrm{concat}_h\\left(\\mathrm{softmax}(Q_h K_h^\\top / \\sqrt d)\\, V_h\\right) W^\\top + b",
  types: {
    headDim: "number",
    inProjWeight: "Parameter",
    qProjWeight: "Parameter | null",
    kProjWeight: "Parameter | null",
    vProjWeight: "Parameter | null",
    inProjBias: "Parameter | null",
    biasK: "Parameter | null",
    biasV: "Parameter | null",
    outProj: "Linear",
  },
  forward:
    "forward(Tensor query, Tensor key, Tensor value, Tensor? key_padding_mask=None, bool need_weights=True, Tensor? attn_mask=None, bool average_attn_weights=True, bool is_causal=False)",
  result: "[Tensor, Tensor]",
};

type Slot = Parameter | null;
const raw = (p: Slot): EngineTensor | null => (p === null ? null : Tensor.raw(p));

/** nn.MultiheadAttention of one runtime. */
export function attentionClass(rt: Runtime) {
  const binder = new Binder(MULTIHEAD_ATTENTION);
  // PyTorch's class of the last projection, which only its printed form shows.
  const OutProjection = layerClass(rt, { ...linearLayer, name: "NonDynamicallyQuantizableLinear" });

  return class MultiheadAttention extends ModuleBase {
    readonly embedDim: number;
    readonly kdim: number;
    readonly vdim: number;
    readonly numHeads: number;
    readonly dropout: number;
    readonly batchFirst: boolean;
    readonly headDim: number;
    readonly addZeroAttn: boolean;
    inProjWeight: Slot = null;
    qProjWeight: Slot = null;
    kProjWeight: Slot = null;
    vProjWeight: Slot = null;
    inProjBias: Slot = null;
    outProj: ModuleBase & { weight: Tensor; bias: Tensor | null };
    biasK: Slot = null;
    biasV: Slot = null;

    constructor(...given: unknown[]) {
      super();
      const { bound, factory } = binder.made(given);
      const [embedDim, heads] = [bound["embedDim"] as number, bound["numHeads"] as number];
      if (embedDim <= 0 || heads <= 0)
        throw valueError(
          `embed_dim and num_heads must be greater than 0, got embed_dim=${embedDim} and num_heads=${heads} instead`,
        );
      if (embedDim % heads !== 0) throw new TorchError("AssertionError", "embed_dim must be divisible by num_heads");
      this.embedDim = embedDim;
      this.kdim = (bound["kdim"] as number | null) ?? embedDim;
      this.vdim = (bound["vdim"] as number | null) ?? embedDim;
      this.numHeads = heads;
      this.dropout = bound["dropout"] as number;
      this.batchFirst = bound["batchFirst"] as boolean;
      this.headDim = embedDim / heads;
      this.addZeroAttn = bound["addZeroAttn"] as boolean;
      const bias = bound["bias"] as boolean;
      this.outProj = withFactory(rt, factory, () => {
        const made = new OutProjection(embedDim, embedDim, { bias });
        this.makeWeights(bias, bound["addBiasKv"] as boolean);
        return made as ModuleBase & { weight: Tensor; bias: Tensor | null };
      });
      const outBias = this.outProj.bias;
      if (outBias !== null) rt.withGrad(false, () => run(rt, "zero_", Tensor.raw(outBias)));
    }

    private makeWeights(bias: boolean, biasKv: boolean): void {
      const e = this.embedDim;
      const empty = (...shape: number[]): EngineTensor => rt.empty(shape, rt.defaultDtype);
      const parameter = (t: EngineTensor): Parameter => new Parameter(Tensor.wrap(t));
      if (this.qkvSameEmbedDim) this.inProjWeight = parameter(xavierUniform_(empty(3 * e, e)));
      else {
        this.qProjWeight = parameter(xavierUniform_(empty(e, e)));
        this.kProjWeight = parameter(xavierUniform_(empty(e, this.kdim)));
        this.vProjWeight = parameter(xavierUniform_(empty(e, this.vdim)));
      }
      if (bias) this.inProjBias = parameter(rt.full([3 * e], 0, rt.defaultDtype));
      if (!biasKv) return;
      this.biasK = parameter(xavierNormal_(empty(1, 1, e)));
      this.biasV = parameter(xavierNormal_(empty(1, 1, e)));
    }

    get runtime(): Runtime {
      return rt;
    }
    /** Do keys and values have the width of queries, so that one weight projects all three? */
    get qkvSameEmbedDim(): boolean {
      return this.kdim === this.embedDim && this.vdim === this.embedDim;
    }

    override forward(...given: unknown[]): [Tensor, Tensor | null] {
      const bound = binder.called(given);
      const input = (name: string): EngineTensor => needTensor(bound[name], `MultiheadAttention: ${name}`);
      const mask = (name: string): EngineTensor | null => (bound[name] === null ? null : input(name));
      const query = input("query");
      const swapped = this.batchFirst && query.ndim === 3;
      const inTime = new Map<EngineTensor, EngineTensor>();
      // A tensor given several times stays one tensor.
      const timeFirst = (t: EngineTensor): EngineTensor => {
        if (!swapped) return t;
        const found = inTime.get(t) ?? run(rt, "transpose", t, 1, 0);
        inTime.set(t, found);
        return found;
      };
      const [output, weights] = multiHeadAttention(
        {
          query: timeFirst(query),
          key: timeFirst(input("key")),
          value: timeFirst(input("value")),
          keyPaddingMask: canonicalMask(mask("keyPaddingMask"), "key_padding_mask", query.dtype),
          attnMask: canonicalMask(mask("attnMask"), "attn_mask", query.dtype),
          needWeights: bound["needWeights"] as boolean,
          averageAttnWeights: bound["averageAttnWeights"] as boolean,
          isCausal: bound["isCausal"] as boolean,
        },
        this.weights(),
      );
      const shown = swapped ? run(rt, "transpose", output, 1, 0) : output;
      return [Tensor.wrap(shown), weights === null ? null : Tensor.wrap(weights)];
    }

    private weights() {
      const { outProj } = this;
      const together = [this.inProjWeight].map(raw) as [EngineTensor];
      const separate = [this.qProjWeight, this.kProjWeight, this.vProjWeight].map(raw);
      const bias = outProj.bias;
      return {
        numHeads: this.numHeads,
        embedDim: this.embedDim,
        inProj: this.qkvSameEmbedDim ? together : (separate as [EngineTensor, EngineTensor, EngineTensor]),
        inProjBias: raw(this.inProjBias),
        biasK: raw(this.biasK),
        biasV: raw(this.biasV),
        addZeroAttn: this.addZeroAttn,
        outProj: Tensor.raw(outProj.weight),
        outProjBias: bias === null ? null : Tensor.raw(bias),
        dropout: this.training ? this.dropout : 0,
      };
    }
  };
}
