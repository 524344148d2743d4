import type { AnyOp } from "./op.ts";
import * as activations from "./ops/activations.ts";
import * as adjoint from "./ops/adjoint.ts";
import * as arithmetic from "./ops/arithmetic.ts";
import * as arithmeticBitwise from "./ops/arithmetic-bitwise.ts";
import * as arithmeticFused from "./ops/arithmetic-fused.ts";
import * as arithmeticModulo from "./ops/arithmetic-modulo.ts";
import * as arithmeticPairs from "./ops/arithmetic-pairs.ts";
import * as attention from "./ops/attention.ts";
import * as avgPool from "./ops/avg-pool.ts";
import * as batchNorm from "./ops/batch-norm.ts";
import * as bilinear from "./ops/bilinear.ts";
import * as bins from "./ops/bins.ts";
import * as compare from "./ops/compare.ts";
import * as compareClose from "./ops/compare-close.ts";
import * as complexParts from "./ops/complex-parts.ts";
import * as convFunctions from "./ops/conv-functions.ts";
import * as convolution from "./ops/convolution.ts";
import * as copies from "./ops/copies.ts";
import * as creation from "./ops/creation.ts";
import * as ctc from "./ops/ctc.ts";
import * as cumulative from "./ops/cumulative.ts";
import * as diagonals from "./ops/diagonals.ts";
import * as differences from "./ops/differences.ts";
import * as distributionDraws from "./ops/distribution-draws.ts";
import * as dropout from "./ops/dropout.ts";
import * as einsum from "./ops/einsum.ts";
import * as embedding from "./ops/embedding.ts";
import * as embeddingBag from "./ops/embedding-bag.ts";
import * as extremes from "./ops/extremes.ts";
import * as fft from "./ops/fft.ts";
import * as fill from "./ops/fill.ts";
import * as flips from "./ops/flips.ts";
import * as fractionalPool from "./ops/fractional-pool.ts";
import * as gated from "./ops/gated.ts";
import * as gatherScatter from "./ops/gather-scatter.ts";
import * as gridSample from "./ops/grid-sample.ts";
import * as grids from "./ops/grids.ts";
import * as groupNorm from "./ops/group-norm.ts";
import * as im2col from "./ops/im2col.ts";
import * as indexAlong from "./ops/index-along.ts";
import * as indexing from "./ops/indexing.ts";
import * as instanceNorm from "./ops/instance-norm.ts";
import * as joining from "./ops/joining.ts";
import * as layerNorm from "./ops/layer-norm.ts";
import * as linalgEigen from "./ops/linalg-eigen.ts";
import * as linalgLeastSquares from "./ops/linalg-least-squares.ts";
import * as linalgLu from "./ops/linalg-lu.ts";
import * as linalgPowers from "./ops/linalg-powers.ts";
import * as linalgQr from "./ops/linalg-qr.ts";
import * as linalgSolve from "./ops/linalg-solve.ts";
import * as linalgSvd from "./ops/linalg-svd.ts";
import * as linalgTriangular from "./ops/linalg-triangular.ts";
import * as losses from "./ops/losses.ts";
import * as lossesBinary from "./ops/losses-binary.ts";
import * as lossesClasses from "./ops/losses-classes.ts";
import * as lossesLikelihood from "./ops/losses-likelihood.ts";
import * as lossesMargin from "./ops/losses-margin.ts";
import * as lossesRegression from "./ops/losses-regression.ts";
import * as lossesTriplet from "./ops/losses-triplet.ts";
import * as masking from "./ops/masking.ts";
import * as matmul from "./ops/matmul.ts";
import * as matmulAdded from "./ops/matmul-added.ts";
import * as maxPool from "./ops/max-pool.ts";
import * as moments from "./ops/moments.ts";
import * as nonzero from "./ops/nonzero.ts";
import * as norms from "./ops/norms.ts";
import * as normsDistance from "./ops/norms-distance.ts";
import * as normsMatrix from "./ops/norms-matrix.ts";
import * as orderStatistics from "./ops/order-statistics.ts";
import * as packing from "./ops/packing.ts";
import * as padding from "./ops/padding.ts";
import * as pixelShuffle from "./ops/pixel-shuffle.ts";
import * as pow from "./ops/pow.ts";
import * as products from "./ops/products.ts";
import * as quantiles from "./ops/quantiles.ts";
import * as random from "./ops/random.ts";
import * as randomDraws from "./ops/random-draws.ts";
import * as randomFills from "./ops/random-fills.ts";
import * as reductions from "./ops/reductions.ts";
import * as reshaping from "./ops/reshaping.ts";
import * as rnn from "./ops/rnn.ts";
import * as rnnCells from "./ops/rnn-cells.ts";
import * as scatterReduce from "./ops/scatter-reduce.ts";
import * as slicing from "./ops/slicing.ts";
import * as softmax from "./ops/softmax.ts";
import * as sorting from "./ops/sorting.ts";
import * as sparse from "./ops/sparse.ts";
import * as specialBessel from "./ops/special-bessel.ts";
import * as specialError from "./ops/special-error.ts";
import * as specialGamma from "./ops/special-gamma.ts";
import * as specialPolynomials from "./ops/special-polynomials.ts";
import * as spectra from "./ops/spectra.ts";
import * as splitting from "./ops/splitting.ts";
import * as strided from "./ops/strided.ts";
import * as sum from "./ops/sum.ts";
import * as unary from "./ops/unary.ts";
import * as unaryComplex from "./ops/unary-complex.ts";
import * as unaryCore from "./ops/unary-core.ts";
import * as unaryCurves from "./ops/unary-curves.ts";
import * as unaryRounding from "./ops/unary-rounding.ts";
import * as unaryTrigonometry from "./ops/unary-trigonometry.ts";
import * as unique from "./ops/unique.ts";
import * as unsafeSplit from "./ops/unsafe-split.ts";
import * as upsample from "./ops/upsample.ts";
import * as vectors from "./ops/vectors.ts";
import * as viewCopies from "./ops/view-copies.ts";
import * as views from "./ops/views.ts";
import * as weightNorm from "./ops/weight-norm.ts";
import * as windowFunctions from "./ops/window-functions.ts";

/** Every file of operators. A new family adds its line here and nothing else. */
const FAMILIES: readonly Readonly<Record<string, unknown>>[] = [
  activations,
  adjoint,
  arithmetic,
  arithmeticBitwise,
  arithmeticFused,
  arithmeticModulo,
  arithmeticPairs,
  attention,
  avgPool,
  batchNorm,
  bilinear,
  bins,
  compare,
  compareClose,
  complexParts,
  convFunctions,
  convolution,
  copies,
  creation,
  ctc,
  cumulative,
  diagonals,
  differences,
  distributionDraws,
  dropout,
  einsum,
  embedding,
  embeddingBag,
  extremes,
  fft,
  fill,
  flips,
  fractionalPool,
  gated,
  gatherScatter,
  gridSample,
  grids,
  groupNorm,
  im2col,
  indexAlong,
  indexing,
  instanceNorm,
  joining,
  layerNorm,
  linalgEigen,
  linalgLeastSquares,
  linalgLu,
  linalgPowers,
  linalgQr,
  linalgSolve,
  linalgSvd,
  linalgTriangular,
  losses,
  lossesBinary,
  lossesClasses,
  lossesLikelihood,
  lossesMargin,
  lossesRegression,
  lossesTriplet,
  masking,
  matmul,
  matmulAdded,
  maxPool,
  moments,
  nonzero,
  norms,
  normsDistance,
  normsMatrix,
  orderStatistics,
  packing,
  padding,
  pixelShuffle,
  pow,
  products,
  quantiles,
  random,
  randomDraws,
  randomFills,
  reductions,
  reshaping,
  rnn,
  rnnCells,
  scatterReduce,
  slicing,
  softmax,
  sorting,
  sparse,
  specialBessel,
  specialError,
  specialGamma,
  specialPolynomials,
  spectra,
  splitting,
  strided,
  sum,
  unary,
  unaryComplex,
  unaryCore,
  unaryCurves,
  unaryRounding,
  unaryTrigonometry,
  unique,
  unsafeSplit,
  upsample,
  vectors,
  viewCopies,
  views,
  weightNorm,
  windowFunctions,
];

export interface CatalogEntry {
  /** Name as Python sees it ("mul", "mul_"). */
  readonly name: string;
  readonly op: AnyOp;
}

/** All operators with a Python surface, with their aliases, in a fixed order. */
export function catalog(): CatalogEntry[] {
  const entries: CatalogEntry[] = [];
  const seen = new Set<unknown>();
  for (const family of FAMILIES)
    for (const value of Object.values(family)) {
      if (!isOp(value) || seen.has(value) || (value.def.signatures ?? []).length === 0) continue;
      seen.add(value);
      entries.push({ name: value.def.name, op: value });
      for (const alias of value.def.aliases ?? [])
        entries.push({ name: value.inplaceOf === undefined ? alias : `${alias}_`, op: value });
    }
  return entries;
}

function isOp(x: unknown): x is AnyOp {
  return typeof x === "function" && "def" in x;
}
