/** Scenes for tests and benchmarks: a small builder, and graphs of the kinds that people step through. */
import type { CallInfo, GraphEdge, GraphNode, SceneGraph } from "../trace/graph-model.ts";

export interface SceneBuilder {
  leaf(name: string, shape?: number[], more?: Partial<GraphNode>): number;
  data(name: string, shape?: number[], more?: Partial<GraphNode>): number;
  /** `gradFn` defaults to the operator's PyTorch name when any input needs a gradient. */
  op(op: string, inputs: number[], shape?: number[], more?: OpParts): number;
  /** What `body` adds is part of a call. */
  inside<T>(kind: CallInfo["kind"], name: string, body: () => T): T;
  build(title?: string): SceneGraph;
}

/** `modules`: names of the modules around it; operators one after the other in modules of the same names are one call of them. */
type OpParts = Partial<GraphNode> & { modules?: readonly string[] };

export function sceneBuilder(): SceneBuilder {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const calls: CallInfo[] = [];
  let call = 0;
  let open: CallInfo[] = [];
  const begin = (within: number, kind: CallInfo["kind"], name: string): CallInfo => {
    const info = { id: calls.length + 1, within, kind, name };
    calls.push(info);
    return info;
  };
  const callOf = (modules: readonly string[]): number => {
    const same = modules.findIndex((name, depth) => open[depth]?.name !== name);
    open = open.slice(0, same < 0 ? modules.length : same);
    for (const name of modules.slice(open.length)) open.push(begin(open.at(-1)?.id ?? call, "module", name));
    return open.at(-1)?.id ?? call;
  };
  const add = (node: Partial<GraphNode>): number => {
    const id = nodes.length;
    nodes.push({
      id,
      kind: "op",
      op: "",
      gradFn: null,
      names: [],
      attrs: {},
      outputs: [{ shape: [], dtype: "float32" }],
      inplace: false,
      view: false,
      boundary: null,
      loc: 0,
      scene: 0,
      call,
      madeInPass: null,
      inOptimizer: false,
      storesGrad: node.kind === "leaf",
      ...node,
    });
    return id;
  };
  const tensor =
    (kind: "leaf" | "data") =>
    (name: string, shape: number[] = [], more: Partial<GraphNode> = {}): number =>
      add({
        kind,
        gradFn: kind === "leaf" ? "AccumulateGrad" : null,
        names: name ? [name] : [],
        outputs: [{ shape, dtype: "float32" }],
        ...more,
      });
  return {
    leaf: tensor("leaf"),
    data: tensor("data"),
    inside(kind, name, body) {
      const outer = call;
      call = begin(outer, kind, name).id;
      open = [];
      const result = body();
      call = outer;
      open = [];
      return result;
    },
    op(op, inputs, shape = [], { modules = [], ...more } = {}) {
      const needs = inputs.some((input) => nodes[input]?.gradFn !== null);
      const gradFn = needs && !more.boundary ? `${op.charAt(0).toUpperCase()}${op.slice(1)}Backward0` : null;
      const id = add({ op, gradFn, outputs: [{ shape, dtype: "float32" }], call: callOf(modules), ...more });
      const own = nodes[id] as GraphNode;
      inputs.forEach((from, input) => {
        const differentiable = own.gradFn !== null && nodes[from]?.gradFn !== null;
        const inputName = input === 0 ? "self" : "other";
        edges.push({ id: edges.length, from, output: 0, to: id, input, inputName, differentiable });
      });
      return id;
    },
    build(title = "test") {
      const scene = { id: 0, firstSeq: 0, lastSeq: 0, nodeCount: nodes.length, structure: "s", title };
      return { scene, nodes, edges, calls };
    },
  };
}

/** c = a * b + a: the smallest graph with fan-out. */
export function fanOutScene(): SceneGraph {
  const b = sceneBuilder();
  const a = b.leaf("a");
  const other = b.leaf("b");
  const c = b.op("mul", [a, other], [], { names: ["c"] });
  b.op("add", [c, a], [], { names: ["d"] });
  return b.build("a * b + a");
}

/** The linear model of the tutorial: loss = (d - (x @ w + b)) ** 2. */
export function tutorialScene(): SceneGraph {
  const s = sceneBuilder();
  const x = s.data("x", [2]);
  const d = s.data("d");
  const w = s.leaf("w", [2]);
  const b = s.leaf("b", [1]);
  const dot = s.op("dot", [x, w]);
  const y = s.op("add", [dot, b], [1], { names: ["y"] });
  const diff = s.op("sub", [d, y], [1]);
  s.op("pow", [diff], [1], { names: ["loss"], attrs: { exponent: 2 } });
  return s.build("tutorial");
}

/** Gradient stops: y = a * b, z = y.detach() * a. */
export function detachScene(): SceneGraph {
  const s = sceneBuilder();
  const a = s.leaf("a");
  const y = s.op("mul", [a, s.leaf("b")], [], { names: ["y"] });
  const cut = s.op("detach", [y], [], { boundary: "detach", view: true });
  s.op("mul", [cut, a], [], { names: ["z"] });
  return s.build("detach");
}

/** Half of the work is hidden from autograd: with no_grad(): m = w * 2; loss = (w - m) ** 2. */
export function noGradScene(): SceneGraph {
  const s = sceneBuilder();
  const w = s.leaf("w");
  const m = s.op("mul", [w, s.data("two")], [], { boundary: "no_grad", names: ["m"] });
  s.op("pow", [s.op("sub", [w, m])], [], { names: ["loss"], attrs: { exponent: 2 } });
  return s.build("no_grad");
}

/** Linear regression where the bias is broadcast over the batch. */
export function regressionScene(): SceneGraph {
  const s = sceneBuilder();
  const product = s.op("mm", [s.data("X", [8, 3]), s.leaf("w", [3, 1])], [8, 1], { gradFn: "MmBackward0" });
  const y = s.op("add", [product, s.leaf("b", [1])], [8, 1], { names: ["y_hat"] });
  const error = s.op("sub", [y, s.data("y", [8, 1])], [8, 1]);
  s.op("mean", [s.op("pow", [error], [8, 1], { attrs: { exponent: 2 } })], [], { names: ["loss"] });
  return s.build("linear regression");
}

/** A multi-layer perceptron with tanh and a mean squared error; `sizes` like [2, 16, 16, 1]. */
export function mlpScene(sizes: readonly number[], batch = 100): SceneGraph {
  const s = sceneBuilder();
  let h = s.data("X", [batch, sizes[0] as number]);
  for (let layer = 1; layer < sizes.length; layer += 1) {
    const fanIn = sizes[layer - 1] as number;
    const width = sizes[layer] as number;
    const linear = { modules: ["MLP", `${2 * layer - 2}: Linear`] };
    const weight = s.leaf(`net.${2 * layer - 2}.weight`, [width, fanIn]);
    const bias = s.leaf(`net.${2 * layer - 2}.bias`, [width]);
    const t = s.op("t", [weight], [fanIn, width], { gradFn: "TBackward0", view: true, ...linear });
    h = s.op("addmm", [bias, h, t], [batch, width], linear);
    if (layer < sizes.length - 1) h = s.op("tanh", [h], [batch, width], { modules: ["MLP", `${2 * layer - 1}: Tanh`] });
  }
  const target = s.data("Y", [batch, sizes[sizes.length - 1] as number]);
  s.op("mse_loss", [h, target], [], { names: ["loss"], gradFn: "MseLossBackward0", attrs: { reduction: "mean" } });
  return s.build("MLP");
}

/** micrograd: every weight a scalar. About 2·Σ(in·out) nodes. */
export function scalarNetScene(sizes: readonly number[]): SceneGraph {
  const s = sceneBuilder();
  let inputs = Array.from({ length: sizes[0] as number }, (_, i) => s.data(`x${i}`));
  for (let layer = 1; layer < sizes.length; layer += 1) {
    const outputs: number[] = [];
    for (let unit = 0; unit < (sizes[layer] as number); unit += 1) {
      let sum = -1;
      inputs.forEach((input, i) => {
        const w = s.leaf(`w${layer}.${unit}.${i}`);
        const product = s.op("mul", [w, input]);
        sum = sum < 0 ? product : s.op("add", [sum, product]);
      });
      sum = s.op("add", [sum, s.leaf(`b${layer}.${unit}`)]);
      outputs.push(s.op("relu", [sum]));
    }
    inputs = outputs;
  }
  const loss = s.op("sub", [inputs[0] as number, s.data("y")]);
  s.op("pow", [loss], [], { names: ["loss"], attrs: { exponent: 2 } });
  return s.build("micrograd");
}

/** The same as classes of Python, on `samples` samples in one scene: calls of functions and loops around all that they compute. */
export function scalarCallsScene(sizes: readonly number[], samples: number): SceneGraph {
  const s = sceneBuilder();
  const layers = s.inside("function", "MLP.__init__", () =>
    sizes.slice(1).map((width, layer) =>
      s.inside("function", "Layer.__init__", () =>
        Array.from({ length: width }, () =>
          s.inside("function", "Neuron.__init__", () => ({
            w: Array.from({ length: sizes[layer] as number }, () => s.leaf("w")),
            b: s.leaf("b"),
          })),
        ),
      ),
    ),
  );
  /** `[body(item) for item in items]` */
  const each = <T, R>(line: number, items: readonly T[], body: (item: T, i: number) => R): R[] =>
    s.inside("loop", `loop at line ${line}`, () =>
      items.map((item, i) => s.inside("iteration", "iteration", () => body(item, i))),
    );
  let loss = s.data("loss");
  each(4, Array.from({ length: samples }), () => {
    let x = Array.from({ length: sizes[0] as number }, (_, i) => s.data(`x${i}`));
    s.inside("function", "MLP.__call__", () =>
      each(3, layers, (neurons) => {
        x = s.inside("function", "Layer.__call__", () =>
          each(2, neurons, ({ w, b }) =>
            s.inside("function", "Neuron.__call__", () => {
              let sum = b;
              each(1, w, (weight, i) => {
                sum = s.op("add", [sum, s.op("mul", [weight, x[i] as number])]);
              });
              return s.op("tanh", [sum]);
            }),
          ),
        );
      }),
    );
    loss = s.op("add", [loss, s.op("pow", [s.op("sub", [x[0] as number])])], [], { names: ["loss"] });
  });
  return s.build("micrograd with calls");
}

/** Transformer blocks: attention with one head, residual streams, layer norms, a feed-forward layer. */
export function transformerScene(blocks: number, width = 64, time = 32): SceneGraph {
  const s = sceneBuilder();
  const shape = [time, width];
  let stream = s.op("embedding", [s.leaf("wte.weight", [100, width]), s.data("idx", [time])], shape);
  for (let block = 0; block < blocks; block += 1) {
    const where = (name: string): OpParts => ({ modules: ["GPT", `blocks.${block}: Block`, name] });
    const leaf = (name: string, size: number[]): number => s.leaf(`blocks.${block}.${name}`, size);
    const linear = (input: number, name: string, from: number, to: number, module: string): number => {
      const t = s.op("t", [leaf(`${name}.weight`, [to, from])], [from, to], where(module));
      return s.op("addmm", [leaf(`${name}.bias`, [to]), input, t], [time, to], where(module));
    };
    const norm = (input: number, name: string): number =>
      s.op("layer_norm", [input, leaf(`${name}.weight`, [width]), leaf(`${name}.bias`, [width])], shape, where(name));
    const normed = norm(stream, "ln1");
    const q = linear(normed, "attn.q", width, width, "attn");
    const k = linear(normed, "attn.k", width, width, "attn");
    const v = linear(normed, "attn.v", width, width, "attn");
    const kT = s.op("transpose", [k], [width, time], { view: true, attrs: { dim0: 0, dim1: 1 }, ...where("attn") });
    const scores = s.op("div", [s.op("mm", [q, kT], [time, time], where("attn"))], [time, time], where("attn"));
    const masked = s.op("masked_fill", [scores, s.data("mask", [time, time])], [time, time], where("attn"));
    const weights = s.op("softmax", [masked], [time, time], { attrs: { dim: -1 }, ...where("attn") });
    const attended = linear(s.op("mm", [weights, v], shape, where("attn")), "attn.proj", width, width, "attn");
    stream = s.op("add", [stream, attended], shape, { modules: ["GPT", `blocks.${block}: Block`] });
    const hidden = s.op(
      "gelu",
      [linear(norm(stream, "ln2"), "mlp.0", width, 4 * width, "mlp")],
      [time, 4 * width],
      where("mlp"),
    );
    stream = s.op("add", [stream, linear(hidden, "mlp.2", 4 * width, width, "mlp")], shape, {
      modules: ["GPT", `blocks.${block}: Block`],
    });
  }
  const logits = s.op("mm", [stream, s.leaf("head.weight", [width, 100])], [time, 100]);
  s.op("cross_entropy", [logits, s.data("target", [time])], [], { names: ["loss"] });
  return s.build("transformer");
}

/** A training loop in one scene: an MLP's parameters used `steps` times, losses added up. */
export function sharedParameterScene(steps: number): SceneGraph {
  const s = sceneBuilder();
  const weights = [4, 4, 4].map((_, i) => ({ w: s.leaf(`w${i}`, [4, 4]), b: s.leaf(`b${i}`, [4]) }));
  let total = -1;
  for (let step = 0; step < steps; step += 1) {
    let h = s.data("x", [8, 4]);
    for (const { w, b } of weights) h = s.op("tanh", [s.op("add", [s.op("mm", [h, w], [8, 4]), b], [8, 4])], [8, 4]);
    const loss = s.op("mean", [s.op("pow", [h], [8, 4])]);
    total = total < 0 ? loss : s.op("add", [total, loss]);
  }
  return s.build("shared parameters");
}

/** A chain of `length` operators: deep graphs must not recurse. */
export function chainScene(length: number): SceneGraph {
  const s = sceneBuilder();
  let h = s.leaf("x");
  for (let i = 0; i < length; i += 1) h = s.op("sin", [h]);
  return s.build("chain");
}
