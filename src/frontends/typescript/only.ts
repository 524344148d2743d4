/** Names that one language has and the other has not, with the reason. The docs check (`npm run docs`) keeps the lists short and true. */
type Excuses = readonly (readonly [section: string, names: RegExp, reason: string])[];

/** What TypeScript lacks. */
export const PYTHON_ONLY: Excuses = [
  ["torch", /(Storage|Tensor)$|^is_storage$/, "tensor(data, { dtype }); memory is not shown"],
  [
    "torch",
    /^(OutOfMemoryError|Size|device|layout|memory_format|default_generator|typename)$/,
    "errors by name, plain arrays, strings",
  ],
  ["torch", /autocast/, "autocast(body, options)"],
  [
    "torch",
    /deterministic|^(compile|set_flush_denormal|set_default_device|get_default_device|set_default_tensor_type)$|num_.*threads$|matmul_precision$/,
    "one device, one thread, always eager and deterministic",
  ],
  ["torch", /^(channels_last|channels_last_3d|contiguous_format|preserve_format|strided)$/, "contiguous memory only"],
  ["torch", /sparse|^(spmm|dsmm)$/, "dense tensors only"],
  ["torch", /^(asarray|from_numpy|from_dlpack|to_dlpack)$/, "tensor and asTensor"],
  [
    "torch",
    /^(chain_matmul|eig|lstsq|lu|matrix_rank|solve|symeig|frobenius_norm|nuclear_norm)$/,
    "old name of a function of linalg",
  ],
  ["torch", /^(gru|lstm|rnn_relu|rnn_tanh)(_cell)?$|^native_layer_norm$/, "the modules of nn"],
  ["torch", /^(pca_lowrank|svd_lowrank)$/, "linalg.svd"],
  ["torch", /^(is_inference|zero_)$/, "the method"],
  [
    "Tensor",
    /^(numpy|apply_|map_|storage|untyped_storage|data_ptr|output_nr|as_subclass|new|type|lu)$/,
    "tolist(), to(dtype); memory is not shown",
  ],
  ["Tensor", /sparse|^(to_dense|(ccol|col|crow|row)_indices|layout)$/, "dense tensors only"],
  [
    "Tensor",
    /^(get_device|is_(cpu|cuda|meta|mkldnn|mps|nested|pinned|quantized|shared|xpu)|pin_memory|share_memory_)$/,
    "one device",
  ],
  ["Tensor", /^(is_conj|is_neg|resolve_conj|resolve_neg|is_inference|names|resize_?|resize_as_?)$/, "rare"],
  [
    "nn.Module",
    /^(call_super_init|dump_patches|compile|cuda|ipu|xpu|share_memory|to_empty|type)$/,
    "one device, always eager",
  ],
  ["nn.Module", /state_dict_(pre|post)_hook$|extra_state$/, "override stateDict and loadStateDict"],
  ["nn.Module", /^register_backward_hook$/, "registerFullBackwardHook"],
  ["optim.Optimizer", /_state_dict_/, "override stateDict and loadStateDict"],
  ["nn", /^(Lazy|Uninitialized)/, "sizes are given in TypeScript"],
  ["nn", /^(NLLLoss2d|Container)$/, "old name"],
  ["nn", /^(RNNBase|RNNCellBase)$/, "base class"],
  ["nn", /^(DataParallel|SyncBatchNorm)$/, "one device"],
  ["nn", /^(CrossMapLRN2d|AdaptiveLogSoftmaxWithLoss)$/, "rare"],
  ["nn", /^Buffer$/, "registerBuffer"],
  ["nn", /^register_module_((buffer|module|parameter)_registration|backward)_hook$/, "rare"],
  ["nn.functional", /_with_indices$/, "returnIndices"],
  ["nn.functional", /^upsample/, "old name of interpolate"],
  ["nn.functional", /^multi_head_attention_forward$/, "nn.MultiheadAttention"],
  ["nn.utils", /^(weight_norm|remove_weight_norm|spectral_norm|remove_spectral_norm|skip_init|fuse_\w+)$/, "not yet"],
  ["nn.utils.rnn", /^invert_permutation$/, "internal"],
  ["nn.utils.parametrize", /^(orthogonal|transfer_parametrizations_and_params)$/, "not yet"],
  ["nn.utils.prune", /^[A-Z]/, "functions: customFromMask for a way of one's own"],
  ["optim", /^SparseAdam$/, "no sparse tensors"],
  ["func", /^(functionalize|replace_all_batch_norm_modules_|stack_module_state)$/, "rare"],
  [
    "autograd",
    /^(Variable|once_differentiable|detect_anomaly|set_detect_anomaly)$/,
    "setDetectAnomaly at the top level",
  ],
  ["autograd.functional", /^push_forward$/, "internal"],
  ["autograd.graph", /^(?!saved_tensors_hooks$)/, "not yet"],
  ["autograd.forward_ad", /^(enter_dual_level|exit_dual_level|UnpackedDualTensor)$/, "dualLevel(body)"],
  ["utils.data", /^(DistributedSampler|get_worker_info|default_convert)$/, "one process"],
  [
    "utils.checkpoint",
    /^(CheckpointFunction|set_checkpoint_debug_enabled|noop_context_fn)$/,
    "the variant without reentry only",
  ],
  [
    "distributions",
    /Transform$|^(identity_transform|TransformedDistribution|register_kl|biject_to|transform_to)$/,
    "transforms: not yet",
  ],
  [
    "distributions",
    /^(Chi2|ContinuousBernoulli|FisherSnedecor|HalfCauchy|InverseGamma|Kumaraswamy|LKJCholesky|LogisticNormal|LogitRelaxedBernoulli|LowRankMultivariateNormal|MixtureSameFamily|NegativeBinomial|OneHotCategoricalStraightThrough|Pareto|RelaxedBernoulli|RelaxedOneHotCategorical|VonMises|Weibull)$/,
    "rare",
  ],
];

/** What Python lacks. */
export const TYPESCRIPT_ONLY: Excuses = [
  ["torch", /^(Slice|slice)$/, "Python's 1:3"],
  ["torch", /^deepcopy$/, "Python's copy.deepcopy"],
  ["torch", /^(grad|backward|setDetectAnomaly|vmap|autocast)$/, "so that one import serves"],
  ["Tensor", /^(at|index|slice)$/, "Python's x[0, 1:3]"],
  ["Tensor", /^toString$/, "Python's repr"],
  ["nn.Module", /^(runtime|className|own(Parameters|Buffers)|toString)$/, "what subclasses answer, and Python's repr"],
  [
    "optim",
    /LR$|^(CosineAnnealingWarmRestarts|ReduceLROnPlateau|LRScheduler|ChainedScheduler)$/,
    "optim.lrScheduler's too",
  ],
  ["optim.Optimizer", /^(paramGroups|toString)$/, "Python's attribute and repr"],
  ["autograd", /^(autocast|is\w+Enabled)$/, "as at the top level"],
];
