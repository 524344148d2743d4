import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNodeRunner } from "./node-runner.ts";
import { drive } from "./runner.fixture.ts";

/** Expressions by the rule that they ask for, and what PyTorch 2.6.0 says: the value's text, or the error's. */
const CASES: Readonly<Record<string, readonly (readonly [expression: string, said: string])[]>> = {
  "reductions of 0-d tensors": [
    [
      "[torch.tensor(-2.).amax(0), torch.tensor(3.).mean(0), torch.tensor(1.).any(-1), torch.tensor(2.).logsumexp(0)]",
      "[tensor(-2.), tensor(3.), tensor(True), tensor(2.)]",
    ],
    [
      "torch.linalg.vector_norm(torch.tensor(-3.), dim=0), F.normalize(torch.tensor(-2.), dim=0)",
      "(tensor(3.), tensor(-1.))",
    ],
  ],
  "printed numbers: only exact ties are rounded to even": [
    [
      "torch.tensor([1.33415, -1.98445, 0.8125, 2.5], dtype=torch.float64)",
      "tensor([ 1.3341, -1.9845,  0.8125,  2.5000], dtype=torch.float64)",
    ],
    ["'%.1f' % torch.tensor(0.25), '%.1f' % torch.tensor(0.35, dtype=torch.float64)", "('0.2', '0.3')"],
    [
      "printed(torch.arange(4.), precision=0), printed(torch.tensor([0.5, 1.5, 2.5]), precision=0)",
      "('tensor([0., 1., 2., 3.])', 'tensor([0, 2, 2])')",
    ],
    ["printed(torch.arange(8).view(2, 4), edgeitems=0, threshold=3)", "tensor([...], size=(2, 4))"],
    ["printed(torch.arange(2).int(), edgeitems=0)", "tensor([0, 1], size=(2,), dtype=torch.int32)"],
  ],
  "random streams": [
    ["torch.manual_seed(-1).initial_seed(), torch.rand(2)", "(18446744073709551615, tensor([0.9938, 0.5713]))"],
    ["torch.Generator().manual_seed(True)", "RuntimeError: manual_seed expected a long, but got bool"],
    [
      "torch.manual_seed(0).get_state()[[8, 9, 16, 17, -4, -3]].tolist(), torch.rand(624).shape, torch.get_rng_state()[[8, 9, 16, 17, -4, -3]].tolist()",
      "([1, 0, 0, 0, 0, 0], torch.Size([624]), [1, 0, 112, 2, 0, 0])",
    ],
    [
      "torch.manual_seed(0) and torch.empty(2, dtype=torch.complex64).normal_()",
      "tensor([ 1.0896-0.2075j, -1.5406+0.4019j])",
    ],
  ],
  "powers of two, limits and signs of zeros": [
    [
      "torch.frexp(torch.tensor([1., 2., 0.75, -3., 2.**-140]))",
      "torch.return_types.frexp(\nmantissa=tensor([ 0.5000,  0.5000,  0.7500, -0.7500,  0.5000]),\nexponent=tensor([   1,    2,    0,    2, -139], dtype=torch.int32))",
    ],
    ["torch.logit(torch.tensor([2., 0.5]), 1e-6)", "tensor([13.8023,  0.0000])"],
    ["torch.linalg.qr(torch.eye(2)).Q", "tensor([[1., 0.],\n        [-0., 1.]])"],
    [
      "torch.linalg.qr(torch.eye(3, 2).cfloat()).Q",
      "tensor([[1.+0.j, 0.+0.j],\n        [0.-0.j, 1.+0.j],\n        [0.-0.j, 0.-0.j]])",
    ],
  ],
  "single precision is rounded where PyTorch's kernels round": [
    [
      "torch.manual_seed(0) and torch.nn.Linear(3, 2).weight.tolist()",
      "[[-0.004322517663240433, 0.3097158372402191, -0.4751853346824646], [-0.4248946011066437, -0.2223689705133438, 0.15482072532176971]]",
    ],
    [
      "torch.manual_seed(0) and torch.empty(3).uniform_(-0.1, 0.1).tolist()",
      "[-0.0007486820104531944, 0.05364435911178589, -0.08230451494455338]",
    ],
    [
      "torch.lerp(*THIRDS, 0.9).tolist(), torch.lerp(*THIRDS, 0.3).tolist()",
      "([1.5333333015441895, 1.8666666746139526, 2.1999998092651367, 2.5333333015441895], [0.7333333492279053, 1.0666667222976685, 1.399999976158142, 1.7333333492279053])",
    ],
    [
      "torch.addcmul(*THIRDS, THIRDS[0], value=0.3).tolist(), torch.addcdiv(*THIRDS, THIRDS[0], value=0.3).tolist()",
      "([0.5, 1.0666667222976685, 1.7000000476837158, 2.4000000953674316], [1.8333333730697632, 1.5666667222976685, 1.7000000476837158, 1.933333396911621])",
    ],
    [
      "[g.tolist() for f in (torch.tanh, torch.sigmoid) for g in grads(f, THIRDS[0].clone())]",
      "[[0.8966295719146729, 0.6603639721870422, 0.41997429728507996, 0.24299263954162598], [0.24318216741085052, 0.2241573929786682, 0.1966119259595871, 0.16509099304676056]]",
    ],
    [
      "torch.tensor([1., 2.5, 4.]).softmax(0).tolist(), THIRDS.softmax(0).tolist()",
      "([0.03911257162690163, 0.17529039084911346, 0.785597026348114], [[0.20860855281352997, 0.20860855281352997, 0.20860855281352997, 0.20860852301120758], [0.7913914918899536, 0.7913914918899536, 0.7913914918899536, 0.7913914918899536]])",
    ],
    [
      "optimized(torch.optim.Adam, lr=0.1), optimized(torch.optim.RMSprop, momentum=0.9), optimized(torch.optim.Adagrad)",
      "([0.7995256781578064, 0.8839994668960571, 0.834836483001709, 0.884793758392334], [1.0076104402542114, 0.8812400102615356, 0.8502584099769592, 0.68308025598526], [0.3653518557548523, 0.6977567076683044, 0.9695201516151428, 1.3015947341918945])",
    ],
  ],
  "dual tensors": [
    [
      "dual(lambda x: x ** 2, THIRDS[0])",
      "UnpackedDualTensor(primal=tensor([0.1111, 0.4444, 1.0000, 1.7778]), tangent=tensor([0.6667, 1.3333, 2.0000, 2.6667]))",
    ],
    [
      "dual(lambda x: x ** 2, ones(2))",
      "UnpackedDualTensor(primal=tensor([1., 1.], grad_fn=<Identity>), tangent=tensor([2., 2.], grad_fn=<MulBackward0>))",
    ],
    [
      "dual(lambda x: x.detach(), THIRDS[0])",
      "UnpackedDualTensor(primal=tensor([0.3333, 0.6667, 1.0000, 1.3333]), tangent=None)",
    ],
    [
      "dual(lambda x: x.mul_(2).add_(1), THIRDS[0].clone())",
      "UnpackedDualTensor(primal=tensor([1.6667, 2.3333, 3.0000, 3.6667]), tangent=tensor([2., 2., 2., 2.]))",
    ],
    [
      "dual(lambda x: str(x * 2), THIRDS[0])",
      "tensor([0.6667, 1.3333, 2.0000, 2.6667], tangent=tensor([2., 2., 2., 2.]))",
    ],
    [
      "dual(lambda x: str(x ** 3), ones(2))",
      "tensor([1., 1.], grad_fn=<PowBackward0>,\n       tangent=tensor([3., 3.], grad_fn=<MulBackward0>))",
    ],
    ["dual(lambda x: grads(lambda y: x * y, torch.ones(4)), THIRDS[0])", "(tensor([0.3333, 0.6667, 1.0000, 1.3333]),)"],
    [
      "dual(torch.nn.functional.softmax, THIRDS[:, :2])",
      "UnpackedDualTensor(primal=tensor([[0.4174, 0.5826],\n        [0.4174, 0.5826]]), tangent=tensor([[0., 0.],\n        [0., 0.]]))",
    ],
    [
      "dual(lambda x: x[0], torch.arange(2))",
      "ValueError: Expected primal to be floating point or complex, but got: torch.int64",
    ],
    [
      "dual(lambda x: dual(torch.sin, x), THIRDS[0])",
      "RuntimeError: Nested forward mode AD is not supported at the moment",
    ],
    [
      "dual(lambda x: fwAD.make_dual(x, x), THIRDS[0])",
      "RuntimeError: Making a dual Tensor based on a Tensor that already has a forward gradient at the same level 0 is not supported.",
    ],
    [
      "dual(lambda x: torch.func.jvp(torch.sin, (x,), (x,)), THIRDS[0])",
      "RuntimeError: Nested forward mode AD is not supported at the moment",
    ],
    [
      "dual(OnlyForward.apply, THIRDS[0])",
      "UnpackedDualTensor(primal=tensor([0.6667, 1.3333, 2.0000, 2.6667]), tangent=tensor([0.3333, 0.6667, 1.0000, 1.3333]))",
    ],
    [
      "dual(Doubled.apply, THIRDS[0])",
      "NotImplementedError: You must implement the jvp function for custom autograd.Function to use it with forward mode AD.",
    ],
    ["fwAD.exit_dual_level()", "RuntimeError: Dual level must be a positive number."],
  ],
  "Jacobians with all rows at once": [
    ["torch.autograd.grad(Y ** 2, Y, torch.eye(2), is_grads_batched=True)", "(tensor([[2., 0.],\n        [0., 4.]]),)"],
    [
      "torch.autograd.functional.jacobian(lambda a, b: (a * b, a.sum()), (THIRDS[0], THIRDS[1]), vectorize=True)",
      "((tensor([[1.6667, 0.0000, 0.0000, 0.0000],\n        [0.0000, 2.0000, 0.0000, 0.0000],\n        [0.0000, 0.0000, 2.3333, 0.0000],\n        [0.0000, 0.0000, 0.0000, 2.6667]]), tensor([[0.3333, 0.0000, 0.0000, 0.0000],\n        [0.0000, 0.6667, 0.0000, 0.0000],\n        [0.0000, 0.0000, 1.0000, 0.0000],\n        [0.0000, 0.0000, 0.0000, 1.3333]])), (tensor([1., 1., 1., 1.]), tensor([0., 0., 0., 0.])))",
    ],
    [
      "torch.autograd.functional.jacobian(torch.exp, THIRDS[0], strategy='forward-mode', vectorize=True)",
      "tensor([[1.3956, 0.0000, 0.0000, 0.0000],\n        [0.0000, 1.9477, 0.0000, 0.0000],\n        [0.0000, 0.0000, 2.7183, 0.0000],\n        [0.0000, 0.0000, 0.0000, 3.7937]])",
    ],
    [
      "torch.autograd.functional.jacobian(torch.exp, THIRDS[0], strategy='forward-mode')",
      "NotImplementedError: Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for `vectorize=True`.",
    ],
    [
      "torch.autograd.functional.hessian(torch.prod, THIRDS[0], vectorize=True, outer_jacobian_strategy='forward-mode').detach()",
      "tensor([[0.0000, 1.3333, 0.8889, 0.6667],\n        [1.3333, 0.0000, 0.4444, 0.3333],\n        [0.8889, 0.4444, 0.0000, 0.2222],\n        [0.6667, 0.3333, 0.2222, 0.0000]])",
    ],
    [
      "torch.autograd.functional.jacobian(torch.exp, THIRDS[0], strict=True, vectorize=True)",
      "RuntimeError: torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. Please either set `strict=False` or `vectorize=False`.",
    ],
  ],
  batches: [
    [
      "torch.func.vmap(lambda x: x.mode())(THIRDS)",
      "torch.return_types.mode(\nvalues=tensor([0.3333, 1.6667]),\nindices=tensor([0, 0]))",
    ],
    [
      "warned(torch.func.vmap(torch.histc), THIRDS)",
      "['There is a performance drop because we have not yet implemented the batching rule for aten::histc. Please file us an issue on GitHub so that we can prioritize its implementation.']",
    ],
    [
      "warned(torch.func.vmap(lambda x: x.quantile(0.5)), THIRDS), warned(torch.func.vmap(torch.sin), THIRDS)",
      "(['There is a performance drop because we have not yet implemented the batching rule for aten::quantile.scalar. Please file us an issue on GitHub so that we can prioritize its implementation.'], [])",
    ],
  ],
  "convolutions too wide for one column matrix": [
    ["wide(lambda x, w: F.conv2d(x, w, padding=(1, 2)))", "[1061569628342.0, 1913506560.0, 23188856604.0]"],
    [
      "wide(lambda x, w: F.conv2d(x[:, :, :, :40], w, stride=(2, 1), groups=1))",
      "[215080427520.0, 127726592.0, 914852736.0]",
    ],
  ],
  "bytes in the nearest interpolation": [
    [
      "F.interpolate(torch.arange(4).view(1, 1, 2, 2).byte(), size=(3, 4)), F.interpolate(torch.arange(200, 203).view(1, 1, 3).byte(), scale_factor=2, mode='nearest-exact')",
      "(tensor([[[[0, 0, 1, 1],\n          [0, 0, 1, 1],\n          [2, 2, 3, 3]]]], dtype=torch.uint8), tensor([[[200, 200, 201, 201, 202, 202]]], dtype=torch.uint8))",
    ],
    [
      "F.interpolate(torch.arange(3).view(1, 1, 3), scale_factor=2)",
      "RuntimeError: \"compute_indices_weights_nearest\" not implemented for 'Long'",
    ],
  ],
  "factors and weights that are complex": [
    [
      "torch.addmm(torch.ones(1, 2) + 0j, torch.eye(2) + 0j, torch.eye(2) * 1j, beta=1 + 2j, alpha=2 - 1j)",
      "tensor([[2.+4.j, 1.+2.j],\n        [1.+2.j, 2.+4.j]])",
    ],
    [
      "grads(lambda a, b: torch.baddbmm(a, b, b, beta=2j, alpha=1 - 1j).abs(), torch.full((1, 1, 1), 1 + 1j), torch.full((1, 1, 1), 2 - 1j))",
      "(tensor([[[-1.7150+1.0290j]]]), tensor([[[4.1160-4.8020j]]]))",
    ],
    [
      "grads(lambda a, b: torch.lerp(a, b, 0.5 + 1j).abs(), torch.tensor([1 + 1j]), torch.tensor([2 - 1j]))",
      "(tensor([0.2060+1.0989j]), tensor([0.7555-0.8242j]))",
    ],
    [
      "torch.addmm(torch.ones(1, 1), torch.ones(1, 1), torch.ones(1, 1), alpha=1j)",
      "RuntimeError: value cannot be converted to type float without overflow",
    ],
  ],
  "Fourier transforms of several dimensions of Hermitian signals": [
    [
      "torch.fft.hfftn(torch.arange(6.).view(2, 3)), torch.fft.hfft2(torch.ones(1, 2) * (1 + 1j), norm='ortho')",
      "(tensor([[ 20.,  -4.,   0.,  -4.],\n        [-12.,   0.,   0.,   0.]]), tensor([[1.4142, 0.0000]]))",
    ],
    [
      "torch.fft.ihfftn(torch.arange(6.).view(2, 3)).abs(), torch.fft.ihfft2(torch.eye(2), s=(2, 3)).abs()",
      "(tensor([[2.5000, 0.5774],\n        [1.5000, 0.0000]]), tensor([[0.3333, 0.1667],\n        [0.0000, 0.2887]]))",
    ],
    ["torch.fft.hfftn(torch.tensor(1.))", "RuntimeError: hfftn must transform at least one axis"],
    ["torch.fft.fft(torch.ones(2).half())", "RuntimeError: Unsupported dtype Half"],
  ],
  "integers in losses": [["F.margin_ranking_loss(*torch.tensor([[1, 2], [2, 1], [1, -1]]), margin=1)", "tensor(2.)"]],
  "complex numbers from the middle of a memory": [
    ["torch.diag_embed(torch.tensor([1j, 2j, 3j])[1:])", "tensor([[0.+2.j, 0.+0.j],\n        [0.+0.j, 0.+3.j]])"],
  ],
  "nodes of slices: only exact bounds beside other items are left out": [
    ["chain(ones(2, 2)[:, 0])", "Select0 Slice0 AccumulateGrad"],
    ["chain(ones(2, 2)[:, :])", "Slice0 Slice0 AccumulateGrad"],
    ["chain(ones(2, 2)[0:2, 0])", "Select0 AccumulateGrad"],
    ["chain(ones(2, 2)[0:2])", "Slice0 AccumulateGrad"],
  ],
  "nodes of composites": [
    [
      "chain(torch.linalg.matrix_power(ones(2, 2), 0)), chain(torch.linalg.matrix_power(ones(2, 2), 1))",
      "('Copys Clone0 AccumulateGrad', 'Clone0 AccumulateGrad')",
    ],
    [
      "chain(torch.linalg.matrix_norm(ones(2, 2), 2, keepdim=True))",
      "Permute0 Unsqueeze0 Amax0 LinalgSvd0 Permute0 AccumulateGrad",
    ],
    [
      "chain(torch.normal(ones(2), 1.)), chain(torch.normal(0., ones(2))), grads(lambda x: torch.normal(x, 1.), torch.ones(2))",
      "('Normal1 AccumulateGrad', 'Normal2 AccumulateGrad', (tensor([0., 0.]),))",
    ],
    [
      "torch.t_copy(ones(2, 2)), torch.squeeze_copy(ones(1, 2), 0), torch.unbind_copy(ones(2))",
      "(tensor([[1., 1.],\n        [1., 1.]], grad_fn=<TBackward0_copy>), tensor([1., 1.], grad_fn=<SqueezeBackward1_copy>), (tensor(1., grad_fn=<UnbindBackward0_copy>), tensor(1., grad_fn=<UnbindBackward0_copy>)))",
    ],
    ["chain(ones(2).repeat_interleave(2, dim=0))", "View0 Clone0 Expand0 Unsqueeze0 AccumulateGrad"],
    [
      "chain(torch.cumulative_trapezoid(ones(3))), torch.special.zeta(3., ones(1)), torch.special.zeta(ones(1) * 2, 1.)",
      "('Cumsum0 Mul1 Add0 Slice0 AccumulateGrad', tensor([1.2021], grad_fn=<SpecialZetaBackward1>), tensor([1.6449], grad_fn=<SpecialZetaBackward2>))",
    ],
    ["chain(torch.kron(ones(2), ones(2)))", "UnsafeView0 Mul0 UnsafeView0 AccumulateGrad"],
    [
      "chain(torch.trapezoid(ones(2))), chain(torch.gradient(ones(3))[0])",
      "('Mul1 Sub0 Sum1 AccumulateGrad', 'Cat0 Div1 Sub0 Slice0 AccumulateGrad')",
    ],
    [
      "ones(2).clone().fill_(2), ones(2).clone().fill_(torch.tensor(2.))",
      "(tensor([2., 2.], grad_fn=<FillBackward2>), tensor([2., 2.], grad_fn=<FillBackward3>))",
    ],
    ["ones(2).aminmax().max.backward()", "RuntimeError: derivative for aten::aminmax is not implemented"],
  ],
  "nodes of second derivatives": [
    ["chain(gradient(torch.Tensor.norm, ones(2)))", "Mul0 MaskedFill0 Div0 AccumulateGrad"],
    ["chain(gradient(lambda x: (x[0] * x[1]).sum(), ones(2, 2)))", "Add0 Select0 Mul0 Select0 AccumulateGrad"],
    [
      "chain(gradient(torch.square, ones([])).neg()), chain(gradient(torch.rsqrt, ones([])))",
      "('Neg0 Mul0 Mul1 Pow0 AccumulateGrad', 'Mul0 Pow0 Rsqrt0 AccumulateGrad')",
    ],
    [
      "chain(gradient(torch.atan, ones([]))), chain(gradient(F.silu, ones([])))",
      "('Div0 Add1 Mul0 AccumulateGrad', 'Mul0 Mul0 Sigmoid0 AccumulateGrad')",
    ],
  ],
  "the order of backward: C++ evaluates the right operand first": [
    ["order(ones(3).diff())", "Sub0 Slice0 Slice0 AccumulateGrad"],
    ["order(F.kl_div(ones(2), ones(2)))", "Mean0 Sub0 Xlogy0 Mul0 AccumulateGrad AccumulateGrad"],
    ["order(F.poisson_nll_loss(ones(2), ones(2)))", "Mean0 Sub0 Exp0 Mul0 AccumulateGrad AccumulateGrad"],
  ],
  "errors of arguments": [
    [
      "F.conv1d(torch.ones(1, 1, 3).double(), torch.ones(1, 1, 2))",
      "RuntimeError: expected scalar type Double but found Float",
    ],
    ["F.max_pool1d(torch.ones(1, 1, 4), 5)", "RuntimeError: max_pool1d() Invalid computed output size: 0"],
    ["torch.ones(2, 3)[:, torch.tensor([5])]", "IndexError: index 5 is out of bounds for dimension 0 with size 3"],
    [
      "torch.ones(4).split([5, -1])",
      "RuntimeError: split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=[5, -1]",
    ],
    [
      "torch.addmm(torch.ones(2, 2), torch.ones(2, 2), torch.ones(2, 2).double())",
      "RuntimeError: self and mat2 must have the same dtype, but got Float and Double",
    ],
    ["torch.randint(0, 300, (2,), dtype=torch.uint8)", "RuntimeError: to - 1 is out of bounds for unsigned char"],
    [
      "setattr(ones(2) * 1, 'requires_grad', True)",
      "RuntimeError: you can only change requires_grad flags of leaf variables.",
    ],
    [
      "torch.autograd.grad([], ones(2))",
      "RuntimeError: One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.",
    ],
    ["F.one_hot(torch.tensor([1]), 0)", "RuntimeError: Class values must be smaller than num_classes."],
    ["torch.zeros(2).copy_(3)", "tensor([3., 3.])"],
    [
      "torch.ones(4).unflatten(0, (-1, -1))",
      "RuntimeError: unflatten got an unexpected error:\nonly one dimension can be inferred",
    ],
    ["torch.tensor([1.], requires_grad='yes')", "TypeError: tensor(): argument 'requires_grad' must be bool, not str"],
    ["torch.autograd.grad(ones(2).sum(), ones(2), materialize_grads=True)", "(tensor([0., 0.], requires_grad=True),)"],
    [
      "torch.matrix_rank(torch.eye(2))",
      "RuntimeError: This function was deprecated since version 1.9 and is now removed.\nPlease use the `torch.linalg.matrix_rank` function instead. The parameter 'symmetric' was renamed in `torch.linalg.matrix_rank()` to 'hermitian'.",
    ],
  ],
  "second derivatives that are zero, not missing": [
    ["second(torch.relu, torch.tensor([-1., 2.]))", "tensor([0., 0.])"],
    ["second(lambda x: F.max_pool1d(x, 2), torch.arange(4.).view(1, 1, 4))", "tensor([[[0., 0., 0., 0.]]])"],
    ["second(lambda x: F.adaptive_avg_pool1d(x, 2), torch.arange(3.).view(1, 1, 3))", "tensor([[[0., 0., 0.]]])"],
    ["second(lambda x: F.pad(x, (1, 1), 'reflect'), torch.arange(3.).view(1, 1, 3))", "tensor([[[0., 0., 0.]]])"],
    ["second(lambda x: F.nll_loss(x, torch.tensor([1])), torch.ones(1, 2))", "tensor([[0., 0.]])"],
    ["second(lambda x: F.prelu(x, torch.tensor([0.5])), torch.tensor([-1., 2.]))", "tensor([0., 0.])"],
  ],
  gradients: [
    [
      "grads(lambda x: F.conv_transpose1d(x, torch.ones(1, 1, 2), stride=1, dilation=2, output_padding=1), torch.ones(1, 1, 3))",
      "(tensor([[[2., 2., 2.]]]),)",
    ],
    [
      "grads(lambda x, q: torch.quantile(x, q), torch.tensor([1., 4., 2.]), torch.tensor(0.3))",
      "(tensor([0.4000, 0.0000, 0.6000]), tensor(2.))",
    ],
    [
      "grads(lambda x, q: torch.nanquantile(x, q), torch.tensor([1., float('nan'), 2.]), torch.tensor([0.25, 0.5]))",
      "(tensor([1.2500, 0.0000, 0.7500]), tensor([1., 1.]))",
    ],
  ],
  overloads: [
    [
      "torch.max(torch.arange(3), torch.tensor(1)), torch.arange(3).min(torch.tensor(1))",
      "(tensor([1, 1, 2]), tensor([0, 1, 1]))",
    ],
    [
      "torch.pow(2, 3)",
      "TypeError: pow() received an invalid combination of arguments - got (int, int), but expected one of:\n * (Tensor input, Tensor exponent, *, Tensor out = None)\n * (Number self, Tensor exponent, *, Tensor out = None)\n * (Tensor input, Number exponent, *, Tensor out = None)\n",
    ],
    [
      "torch.remainder(2, 3)",
      "TypeError: remainder() received an invalid combination of arguments - got (int, int), but expected one of:\n * (Tensor input, Tensor other, *, Tensor out = None)\n * (Number self, Tensor other)\n      didn't match because some of the arguments have invalid types: (!int!, !int!)\n * (Tensor input, Number other, *, Tensor out = None)\n",
    ],
    [
      "torch.ones(2).bitwise_and('a')",
      "TypeError: bitwise_and() received an invalid combination of arguments - got (str), but expected one of:\n * (Tensor other)\n      didn't match because some of the arguments have invalid types: (!str!)\n * (Number other)\n      didn't match because some of the arguments have invalid types: (!str!)\n",
    ],
    [
      "torch.lu(torch.eye(2), True, True)",
      "torch.return_types._lu_with_info(\nLU=tensor([[1., 0.],\n        [0., 1.]]),\npivots=tensor([1, 2], dtype=torch.int32),\ninfo=tensor(0, dtype=torch.int32))",
    ],
  ],
  "integers and bools": [
    [
      "torch.addmm(torch.ones(2, 2, dtype=torch.int64), torch.ones(2, 2, dtype=torch.int64), torch.ones(2, 2, dtype=torch.int64), alpha=1.9)",
      "tensor([[3, 3],\n        [3, 3]])",
    ],
    [
      "torch.addr(torch.tensor([[True, False]]), torch.tensor([False]), torch.tensor([True, True]), beta=3)",
      "tensor([[ True, False]])",
    ],
    ["torch.square(torch.tensor([True])), torch.tensor(True).sum_to_size(())", "(tensor([1]), tensor(1))"],
    ["torch.unravel_index(torch.tensor([5], dtype=torch.uint8), (2, 3))", "(tensor([1]), tensor([2]))"],
    [
      "torch.diff(torch.tensor([True]), n=0), torch.diff(torch.ones(2), n=0, prepend=torch.ones(1))",
      "(tensor([True]), tensor([1., 1.]))",
    ],
    [
      "torch.histogram(torch.tensor(2.), 1)",
      "torch.return_types.histogram(\nhist=tensor([1.]),\nbin_edges=tensor([1.5000, 2.5000]))",
    ],
  ],
  "names of backward nodes": [
    [
      "[f(torch.ones(4, requires_grad=True)).grad_fn.name() for f in (lambda x: x.sort(stable=True)[0], lambda x: x.round(decimals=0), lambda x: x.index_reduce(0, torch.tensor([0]), torch.ones(1), 'mean'))]",
      "['SortBackward1', 'RoundBackward1', 'IndexReduceBackward0']",
    ],
    [
      "[f(torch.eye(2, requires_grad=True)).grad_fn.name() for f in (torch.cholesky, torch.diag, lambda x: F.interpolate(x.view(1, 1, 2, 2), size=3, mode='bilinear'), lambda x: F.pad(x.view(1, 2, 2), (1, 0), 'circular'))]",
      "['CholeskyBackward0', 'DiagonalBackward0_copy', 'UpsampleBilinear2DBackward0', 'torch::autograd::CopySlices']",
    ],
    ["torch.ones(2, requires_grad=True).sin().grad_fn.next_functions[0][0].name()", "torch::autograd::AccumulateGrad"],
    ["torch.channel_shuffle(torch.ones(1, 4, 1, requires_grad=True), 2).grad_fn.name()", "ChannelShuffleBackward0"],
    [
      "grads(lambda x: (x * 1).acosh_(), torch.tensor([2.]))",
      "NotImplementedError: the derivative for 'inplace version of acosh' is not implemented.",
    ],
  ],
  "complex numbers": [
    [
      "torch.stack([f(torch.tensor(0.5 + 2j)) for f in (torch.asin, torch.acos, torch.atan, torch.asinh, torch.acosh, torch.atanh)])",
      "tensor([0.2210+1.4657j, 1.3498-1.4657j, 1.4215+0.5004j, 1.3618+1.2930j,\n        1.4657+1.3498j, 0.0964+1.1266j])",
    ],
    [
      "torch.stack([f(torch.tensor(0.5 + 2j)) for f in (torch.exp2, torch.expm1, torch.log1p)])",
      "tensor([ 0.2594+1.3902j, -1.6861+1.4992j,  0.9163+0.9273j])",
    ],
    [
      "torch.lerp(torch.tensor(1j), torch.tensor(1 + 0j), 0.5), torch.addcdiv(torch.tensor(1j), torch.tensor(1 + 0j), torch.tensor(2j))",
      "(tensor(0.5000+0.5000j), tensor(0.+0.5000j))",
    ],
    ["F.pad(torch.tensor([[1 + 2j, 3 - 4j]]), (1, 1), 'replicate')", "tensor([[1.+2.j, 1.+2.j, 3.-4.j, 3.-4.j]])"],
  ],
  "numbers that an operator does not take": [
    [
      "[said(f'F.{n}(torch.tensor([1, 0]), torch.tensor([0, 1]))') for n in ('mse_loss', 'smooth_l1_loss', 'huber_loss', 'binary_cross_entropy', 'kl_div')]",
      "['RuntimeError: \"mse_cpu\" not implemented for \\'Long\\'', 'RuntimeError: \"smooth_l1_cpu\" not implemented for \\'Long\\'', 'RuntimeError: \"huber_cpu\" not implemented for \\'Long\\'', 'RuntimeError: \"binary_cross_entropy\" not implemented for \\'Long\\'', 'RuntimeError: kl_div: Integral inputs not supported.']",
    ],
    [
      "[said(e) for e in ('F.cross_entropy(torch.ones(1, 2).long(), torch.tensor([0]))', 'F.nll_loss(torch.ones(1, 2).long(), torch.tensor([0]))', 'torch.ones(2, 2).long().softmax(0)')]",
      "['RuntimeError: \"log_softmax_lastdim_kernel_impl\" not implemented for \\'Long\\'', 'RuntimeError: \"nll_loss_out_frame\" not implemented for \\'Long\\'', 'RuntimeError: \"softmax_kernel_impl\" not implemented for \\'Long\\'']",
    ],
    [
      "[said(f'F.{n}(torch.ones(1, 1, 4, 4).long(), 2)') for n in ('avg_pool2d', 'adaptive_avg_pool2d', 'adaptive_max_pool2d', 'interpolate', 'unfold')]",
      "['tensor([[[[1, 1],\\n          [1, 1]]]])', 'RuntimeError: \"adaptive_avg_pool2d\" not implemented for \\'Long\\'', 'RuntimeError: \"adaptive_max_pool2d\" not implemented for \\'Long\\'', 'RuntimeError: \"upsample_nearest2d_channels_last\" not implemented for \\'Long\\'', 'RuntimeError: \"im2col_out_cpu\" not implemented for \\'Long\\'']",
    ],
    [
      "[said(f'torch.{n}(torch.tensor([True]))') for n in ('abs', 'relu', 'argmax', 'frac', 'round', 'floor')]",
      "['RuntimeError: \"abs_cpu\" not implemented for \\'Bool\\'', 'RuntimeError: Boolean inputs not supported for relu', 'RuntimeError: \"argmax_cpu\" not implemented for \\'Bool\\'', 'RuntimeError: \"frac_cpu\" not implemented for \\'Bool\\'', 'RuntimeError: \"round_vml_cpu\" not implemented for \\'Bool\\'', 'RuntimeError: \"floor_vml_cpu\" not implemented for \\'Bool\\'']",
    ],
    [
      "[said(f'torch.tensor([True]) {o} torch.tensor([True])') for o in ('//', '%', '**')] + [torch.tensor([True]) % 2]",
      "['RuntimeError: \"div_floor_cpu\" not implemented for \\'Bool\\'', 'RuntimeError: \"remainder_cpu\" not implemented for \\'Bool\\'', 'RuntimeError: \"pow\" not implemented for \\'Bool\\'', tensor([1])]",
    ],
    [
      "[said(f'torch.tensor([1j]).{n}') for n in ('relu()', 'clamp(0)', 'amax()', 'sort()', 'sign()', 'floor()', 'softmax(0)', 'argmin()')]",
      "['RuntimeError: clamp is not supported for complex types', 'RuntimeError: clamp is not supported for complex types', 'RuntimeError: \"max_values_cpu\" not implemented for \\'ComplexFloat\\'', 'RuntimeError: \"sorting_kernel_method_name\" not implemented for \\'ComplexFloat\\'', 'RuntimeError: Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.', 'RuntimeError: floor is not supported for complex inputs', 'RuntimeError: \"softmax_lastdim_kernel_impl\" not implemented for \\'ComplexFloat\\'', 'RuntimeError: \"argmin_cpu\" not implemented for \\'ComplexFloat\\'']",
    ],
    [
      "[said(f'torch.linalg.{n}(torch.eye(2).long())') for n in ('eigh', 'eig', 'cholesky', 'lu', 'svd', 'det')]",
      "['RuntimeError: \"linalg_eigh_cpu\" not implemented for \\'Long\\'', 'RuntimeError: Unknown Complex ScalarType for Long', 'RuntimeError: linalg.cholesky: Expected a floating point or complex tensor as input. Got Long', 'RuntimeError: \"lu_cpu\" not implemented for \\'Long\\'', 'RuntimeError: linalg.svd: Expected a floating point or complex tensor as input. Got Long', 'RuntimeError: linalg.det: Expected a floating point or complex tensor as input. Got Long']",
    ],
    [
      "F.dropout(torch.tensor([1, 2]), 0.5)",
      "RuntimeError: result type Float can't be cast to the desired output type Long",
    ],
  ],
  "gradients of complex numbers": [
    ["grads(lambda x: torch.view_as_real(2 ** x), torch.tensor(0.5 - 1j))", "(tensor(0.1277+1.3804j),)"],
    [
      "grads(lambda x: torch.view_as_real(x.prod()), torch.tensor([1 + 1j, 2 + 1j])), grads(lambda x: torch.view_as_real(x.cumprod(0)), torch.tensor([0.3 + 1j, 2.1 + 1j, -1.2 + 3j]))",
      "((tensor([3.+1.j, 2.+0.j]),), (tensor([ 3.6800-8.5200j, -2.3600-3.7600j,  2.0300-2.7700j]),))",
    ],
    [
      "grads(lambda x: torch.view_as_real(x.unfold(0, 2, 1)), torch.tensor([1j, 2 + 0j, 3j])), grads(lambda x: torch.view_as_real(x.as_strided((2,), (1,), 1)), torch.tensor([1j, 2 + 0j, 3j]))",
      "((tensor([1.+1.j, 2.+2.j, 1.+1.j]),), (tensor([0.+0.j, 1.+1.j, 1.+1.j]),))",
    ],
    [
      "grads(lambda x: torch.view_as_real(torch.logsumexp(x, 0)), torch.tensor([1 + 1j, 2j]))",
      "(tensor([0.5801+0.9840j, 0.4199+0.0160j]),)",
    ],
    [
      "grads(lambda x: torch.view_as_real(torch.linalg.slogdet(x).sign), torch.tensor([[1 + 1j, 3], [1, 2j]]))",
      "(tensor([[ 0.4482-0.1793j, -0.0896-0.2241j],\n        [-0.2689-0.6723j,  0.3138+0.1345j]]),)",
    ],
    [
      "torch.tensor([1 + 2j]).real.grad_fn, torch.tensor([1 + 2j], requires_grad=True).imag.grad_fn.name()",
      "(None, 'SelectBackward0')",
    ],
  ],
  "complex values": [
    [
      "torch.full_like(torch.zeros(1, dtype=torch.complex64), 1 + 2j), torch.zeros(2, dtype=torch.complex64).index_fill(0, torch.tensor([1]), 3 - 1j)",
      "(tensor([1.+2.j]), tensor([0.+0.j, 3.-1.j]))",
    ],
    [
      "torch.linspace(0, 1, 3, dtype=torch.complex64), torch.sinc(torch.tensor([0.5 + 1j])), torch.float_power(torch.tensor(1j), 2)",
      "(tensor([0.0000+0.j, 0.5000+0.j, 1.0000+0.j]), tensor([1.4759-2.9519j]), tensor(-1.+0.j, dtype=torch.complex128))",
    ],
    ["torch.logsumexp(torch.tensor([1 + 7j, 2 + 0j]), 0)", "tensor(2.2624+0.1870j)"],
    [
      "F.unfold(torch.tensor([[[[1 + 1j, 2j], [3 + 0j, 4 - 1j]]]]), 2)",
      "tensor([[[1.+1.j],\n         [0.+2.j],\n         [3.+0.j],\n         [4.-1.j]]])",
    ],
  ],
  "whole numbers of steps": [
    [
      "torch.arange(0., -8.1, -4., dtype=torch.int64), torch.linspace(0.5, 3.7, 3, dtype=torch.int64), torch.logspace(1, 1.2, 2, dtype=torch.int64)",
      "(tensor([ 0, -4]), tensor([0, 1, 3]), tensor([10, 10]))",
    ],
    ["torch.linalg.vander(torch.tensor(2.), N=3)", "tensor([[1., 2., 4.]])"],
  ],
  "sparse tensors": [
    [
      "torch.zeros(2, 2).to_sparse(), torch.sparse_coo_tensor((2, 3)), torch.sparse_coo_tensor(size=(1,), dtype=torch.int64)",
      "(tensor(indices=tensor([], size=(2, 0)),\n       values=tensor([], size=(0,)),\n       size=(2, 2), nnz=0, layout=torch.sparse_coo), tensor(indices=tensor([], size=(2, 0)),\n       values=tensor([], size=(0,)),\n       size=(2, 3), nnz=0, layout=torch.sparse_coo), tensor(indices=tensor([], size=(1, 0)),\n       values=tensor([], size=(0,)),\n       size=(1,), nnz=0, layout=torch.sparse_coo))",
    ],
    [
      "S, S.layout, S.is_sparse, S.shape, S._nnz(), S.is_coalesced(), type(S), S.type()",
      "(tensor(indices=tensor([[0, 1, 1],\n                       [2, 0, 2]]),\n       values=tensor([3., 4., 5.]),\n       size=(2, 3), nnz=3, layout=torch.sparse_coo), torch.sparse_coo, True, torch.Size([2, 3]), 3, False, <class 'torch.Tensor'>, 'torch.sparse.FloatTensor')",
    ],
    [
      "torch.sparse_coo_tensor([[0, 0], [1, 1]], [1., 2.], (2, 2)).coalesce().values(), S.to_dense(), torch.eye(2).to_sparse()",
      "(tensor([3.]), tensor([[0., 0., 3.],\n        [4., 0., 5.]]), tensor(indices=tensor([[0, 1],\n                       [0, 1]]),\n       values=tensor([1., 1.]),\n       size=(2, 2), nnz=2, layout=torch.sparse_coo))",
    ],
    [
      "torch.sparse_coo_tensor([[1, 2, 1]], torch.arange(6.).view(3, 2)).coalesce()",
      "tensor(indices=tensor([[1, 2]]),\n       values=tensor([[4., 6.],\n                      [2., 3.]]),\n       size=(3, 2), nnz=2, layout=torch.sparse_coo)",
    ],
    [
      "torch.sparse.mm(S, torch.ones(3, 2)), S @ torch.ones(3), torch.spmm(S, torch.ones(3, 1)), torch.sparse.sum(S)",
      "(tensor([[3., 3.],\n        [9., 9.]]), tensor([3., 9.]), tensor([[3.],\n        [9.]]), tensor(12.))",
    ],
    [
      "S.t(), S * 2, S + S, S.double(), S[0], torch.sparse.sum(S, dim=1), torch.sparse.softmax(S, dim=1)",
      "(tensor(indices=tensor([[2, 0, 2],\n                       [0, 1, 1]]),\n       values=tensor([3., 4., 5.]),\n       size=(3, 2), nnz=3, layout=torch.sparse_coo), tensor(indices=tensor([[0, 1, 1],\n                       [2, 0, 2]]),\n       values=tensor([ 6.,  8., 10.]),\n       size=(2, 3), nnz=3, layout=torch.sparse_coo), tensor(indices=tensor([[0, 1, 1],\n                       [2, 0, 2]]),\n       values=tensor([ 6.,  8., 10.]),\n       size=(2, 3), nnz=3, layout=torch.sparse_coo), tensor(indices=tensor([[0, 1, 1],\n                       [2, 0, 2]]),\n       values=tensor([3., 4., 5.]),\n       size=(2, 3), nnz=3, dtype=torch.float64, layout=torch.sparse_coo), tensor(indices=tensor([[2]]),\n       values=tensor([3.]),\n       size=(3,), nnz=1, layout=torch.sparse_coo), tensor(indices=tensor([[0, 1]]),\n       values=tensor([3., 9.]),\n       size=(2,), nnz=2, layout=torch.sparse_coo), tensor(indices=tensor([[0, 1, 1],\n                       [2, 0, 2]]),\n       values=tensor([1.0000, 0.2689, 0.7311]),\n       size=(2, 3), nnz=3, layout=torch.sparse_coo))",
    ],
    [
      "[said(e) for e in ('S.indices()', 'S + torch.ones(2, 3)', 'S.numpy()', 'S @ torch.ones(2, 2)')]",
      "['RuntimeError: Cannot get indices on an uncoalesced tensor, please call .coalesce() first', 'RuntimeError: add(sparse, dense) is not supported. Use add(dense, sparse) instead.', \"TypeError: can't convert Sparse layout tensor to numpy. Use Tensor.dense() first.\", 'RuntimeError: addmm: Argument #3 (dense): Expected dim 0 size 3, got 2']",
    ],
    [
      "grads(lambda v, x: torch.sparse.mm(torch.sparse_coo_tensor([[0, 1, 1], [2, 0, 2]], v, (2, 3)), x), torch.tensor([3., 4., 5.]), torch.ones(3, 2))",
      "(tensor([2., 2., 2.]), tensor([[4., 4.],\n        [0., 0.],\n        [8., 8.]]))",
    ],
    [
      "torch.sparse_coo_tensor([[0], [1]], torch.ones(1, requires_grad=True), (2, 2)), torch.eye(1, requires_grad=True).to_sparse().to_dense()",
      "(tensor(indices=tensor([[0],\n                       [1]]),\n       values=tensor([1.]),\n       size=(2, 2), nnz=1, layout=torch.sparse_coo,\n       grad_fn=<SparseCooTensorWithDimsAndTensorsBackward0>), tensor([[1.]], grad_fn=<ToDenseBackward0>))",
    ],
    [
      "torch.mm(S, torch.ones(3, 1, requires_grad=True)), torch.sparse.mm(S, torch.ones(3, 1, requires_grad=True))",
      "(tensor([[3.],\n        [9.]], grad_fn=<MmBackward0>), tensor([[3.],\n        [9.]], grad_fn=<SparseAddmmBackward0>))",
    ],
    [
      "sparse_step(torch.optim.SparseAdam)",
      "(tensor(indices=tensor([[2, 0, 2]]),\n       values=tensor([[ 8., 10.],\n                      [ 0.,  2.],\n                      [ 8., 10.]]),\n       size=(3, 2), nnz=3, layout=torch.sparse_coo), Parameter containing:\ntensor([[0.0000, 0.9000],\n        [2.0000, 3.0000],\n        [3.9000, 4.9000]], requires_grad=True))",
    ],
    [
      "sparse_step(torch.optim.SGD)",
      "(tensor(indices=tensor([[2, 0, 2]]),\n       values=tensor([[ 8., 10.],\n                      [ 0.,  2.],\n                      [ 8., 10.]]),\n       size=(3, 2), nnz=3, layout=torch.sparse_coo), Parameter containing:\ntensor([[0.0000, 0.8000],\n        [2.0000, 3.0000],\n        [2.4000, 3.0000]], requires_grad=True))",
    ],
    [
      "sparse_step(torch.optim.Adam)",
      "RuntimeError: Adam does not support sparse gradients, please consider SparseAdam instead",
    ],
  ],
  "short-time Fourier transforms": [
    [
      "torch.stft(torch.arange(10.), 4, hop_length=2, window=torch.ones(4), return_complex=True)",
      "tensor([[ 4.+0.j,  6.+0.j, 14.+0.j, 22.+0.j, 30.+0.j, 32.+0.j],\n        [ 2.+0.j, -2.+2.j, -2.+2.j, -2.+2.j, -2.+2.j,  0.-2.j],\n        [ 0.+0.j, -2.+0.j, -2.+0.j, -2.+0.j, -2.+0.j,  0.+0.j]])",
    ],
    [
      "torch.stft(torch.arange(6.).view(2, 3), 2, win_length=1, center=False, normalized=True, onesided=False, return_complex=True).shape",
      "RuntimeError: stft(torch.FloatTensor[2, 3], n_fft=2, hop_length=0, win_length=1, window=None, normalized=1, onesided=0, return_complex=1) : expected hop_length > 0, but got hop_length=0",
    ],
    [
      "torch.istft(torch.stft(torch.arange(6.), 4, window=torch.hann_window(4), return_complex=True), 4, window=torch.hann_window(4), length=7)",
      "tensor([0., 1., 2., 3., 4., 5., 4.])",
    ],
    [
      "grads(lambda x: torch.stft(x, 4, window=torch.hann_window(4), return_complex=True).abs().square(), torch.arange(6.))",
      "(tensor([ 1., 13., 20., 37., 71., 48.]),)",
    ],
    [
      "[said(e) for e in ('torch.stft(torch.ones(5), 4)', 'torch.stft(torch.ones(3), 4, center=False, return_complex=True)', 'torch.istft(torch.ones(3, 2), 4)')]",
      "['RuntimeError: stft requires the return_complex parameter be given for real inputs, and will further require that return_complex=True in a future PyTorch release.', 'RuntimeError: stft(torch.FloatTensor[3], n_fft=4, hop_length=1, win_length=4, window=None, normalized=0, onesided=None, return_complex=1) : expected 0 < n_fft < 3, but got n_fft=4', 'RuntimeError: istft requires a complex-valued input tensor matching the output from stft with return_complex=True.']",
    ],
    [
      "said('torch.istft(torch.ones(3, 4) + 0j, 4, window=torch.hann_window(4), center=False)')",
      "RuntimeError: istft(CPUComplexFloatType[3, 4], n_fft=4, hop_length=1, win_length=4, window=torch.FloatTensor{[4]}, center=0, normalized=0, onesided=None, length=None, return_complex=0) window overlap add min: 1\n[ CPUBoolType{} ]",
    ],
  ],
  errors: [
    [
      "[said(e) for e in ('torch.ones(2, 0).amax()', 'torch.ones(2, 0).amax(1)', 'torch.ones(()).roll(1, 0)', 'torch.fft.fft(torch.tensor(1.))', 'torch.eye(2, -1)')]",
      "[\"RuntimeError: amax(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.\", 'IndexError: amax(): Expected reduction dim 1 to have non-zero size.', 'IndexError: Dimension specified as 0 but tensor has no dimensions', 'IndexError: Dimension specified as -1 but tensor has no dimensions', 'RuntimeError: m must be greater or equal to 0, got -1']",
    ],
    [
      "[said(f'torch.multinomial(torch.tensor({p}), 2, replacement={r})') for p in ('[1., -1.]', \"[1., float('inf')]\", '[0., 0.]') for r in (True, False)]",
      "['RuntimeError: invalid multinomial distribution (encountering probability entry < 0)', 'RuntimeError: probability tensor contains either `inf`, `nan` or element < 0', 'RuntimeError: invalid multinomial distribution (encountering probability entry = infinity or NaN)', 'RuntimeError: probability tensor contains either `inf`, `nan` or element < 0', 'RuntimeError: invalid multinomial distribution (sum of probabilities <= 0)', 'RuntimeError: invalid multinomial distribution (sum of probabilities <= 0)']",
    ],
    [
      "[said(e) for e in ('torch.ones(2).masked_scatter(torch.ones(2), torch.ones(2))', 'torch.vsplit(torch.ones(2), 2)', 'F.conv1d(torch.ones(1, 1, 4), torch.ones(1, 2))', 'F.adaptive_max_pool2d(torch.ones(1, 1, 1, 1), (-1, 0))')]",
      "['RuntimeError: masked_scatter_ only supports boolean masks, but got mask with dtype Float', 'RuntimeError: torch.vsplit requires a tensor with at least 2 dimension, but got a tensor with 1 dimensions!', 'RuntimeError: weight should have at least three dimensions', 'RuntimeError: Trying to create tensor with negative dimension -1: [1, 1, -1, 0]']",
    ],
  ],
};

const PREAMBLE = `
import json
import torch
import warnings
import torch.autograd.forward_ad as fwAD
import torch.nn.functional as F

def second(f, x):
    """Gradient of the gradient's sum: an error where no graph leads back to x."""
    x.requires_grad_()
    (g,) = torch.autograd.grad(f(x).sum(), x, create_graph=True)
    return torch.autograd.grad(g.sum(), x)[0]

def grads(f, *xs):
    return torch.autograd.grad(f(*[x.requires_grad_() for x in xs]).sum(), xs)

def said(expression):
    try:
        return str(eval(expression))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def chain(t):
    """Names of the nodes along the first edges that lead anywhere, without Backward."""
    names, node = [], t.grad_fn
    while node is not None:
        names.append(node.name().split("::")[-1].replace("Backward", ""))
        node = next((n for n, _ in node.next_functions if n is not None), None)
    return " ".join(names)

def order(t):
    """Names of the nodes in the order in which backward visits them."""
    visited, nodes = [], [t.grad_fn]
    for node in nodes:
        node.register_prehook(lambda _, name=node.name(): visited.append(name.split("::")[-1].replace("Backward", "")))
        nodes.extend(n for n, _ in node.next_functions if n is not None and n not in nodes)
    t.sum().backward()
    return " ".join(visited)

def printed(t, **options):
    torch.set_printoptions(**options)
    text = str(t)
    torch.set_printoptions(profile="default")
    return text

def ones(*shape):
    return torch.ones(*shape, requires_grad=True)

def gradient(f, x):
    return torch.autograd.grad(f(x), x, create_graph=True)[0]

def dual(f, x):
    """What a function makes of a tensor with a tangent of ones."""
    with fwAD.dual_level():
        found = f(fwAD.make_dual(x, torch.ones_like(x)))
        return fwAD.unpack_dual(found) if isinstance(found, torch.Tensor) else found

def wide(f):
    """Sums of squares of a convolution and its gradients; whole numbers, so that no order of summation shows."""
    x, w = (torch.arange(48000.) % 7).view(1, 32, 25, 60), (torch.arange(28224.) % 3).view(2, 32, 21, 21)
    return [t.double().square().sum().item() for t in (f(x, w), *grads(f, x, w))]

class OnlyForward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_forward(x.clone())
        return x * 2

    @staticmethod
    def jvp(ctx, tangent):
        return tangent * ctx.saved_tensors[0]

class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

def warned(f, *args):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        f(*args)
    return [str(w.message).split(" (Triggered")[0] for w in caught]

Y = torch.tensor([1., 2.], requires_grad=True)
THIRDS = torch.arange(1., 9.).view(2, 4) / 3

def optimized(optimizer, **options):
    """Weights after five steps, in all digits."""
    w = THIRDS[0].clone().requires_grad_()
    o = optimizer([w], **options)
    for _ in range(5):
        o.zero_grad()
        (w ** 3 - w * THIRDS[1]).sum().backward()
        o.step()
    return w.tolist()

S = torch.sparse_coo_tensor([[0, 1, 1], [2, 0, 2]], [3., 4., 5.], (2, 3))

def sparse_step(optimizer):
    """The sparse gradient of an embedding, and its weight after a step."""
    e = torch.nn.Embedding(3, 2, sparse=True, _weight=torch.arange(6.).view(3, 2))
    e(torch.tensor([2, 0, 2])).pow(2).sum().backward()
    optimizer(e.parameters(), lr=0.1).step()
    return e.weight.grad, e.weight
`;

const program = drive(createNodeRunner());
afterAll(() => program.runner.close());

describe("operators say what PyTorch says", () => {
  const answers = new Map<string, string>();
  beforeAll(async () => {
    const asked = Object.values(CASES).flatMap((cases) => cases.map(([expression]) => expression));
    const list = JSON.stringify(JSON.stringify(asked));
    await program.run("python", `${PREAMBLE}\nprint(json.dumps({e: said(e) for e in json.loads(${list})}))`);
    for (const [expression, said] of Object.entries(JSON.parse(program.printed("out")) as Record<string, string>))
      answers.set(expression, said);
  });

  for (const [rule, cases] of Object.entries(CASES))
    it.each(cases)(`${rule}: %s`, (expression, said) => expect(answers.get(expression)).toBe(said));
});
