/** Layer type -> its file. One line each. */
import { argMax } from './arg-max.ts'
import { axpy } from './axpy.ts'
import { batchNorm } from './batch-norm.ts'
import { bias } from './bias.ts'
import { bn } from './bn.ts'
import { clip } from './clip.ts'
import { concat } from './concat.ts'
import { convolution, depthwiseConvolution } from './convolution.ts'
import { crop } from './crop.ts'
import { deconvolution } from './deconvolution.ts'
import { dropout } from './dropout.ts'
import { eltwise } from './eltwise.ts'
import { elu } from './elu.ts'
import { exp } from './exp.ts'
import { flatten } from './flatten.ts'
import { hardSigmoid, hardSwish } from './hard-functions.ts'
import { innerProduct } from './inner-product.ts'
import { interp } from './interp.ts'
import type { CaffeLayer } from './layer.ts'
import { log } from './log.ts'
import { lrn } from './lrn.ts'
import { mvn } from './mvn.ts'
import { normalize } from './normalize.ts'
import { passThrough } from './pass-through.ts'
import { permute } from './permute.ts'
import { pooling } from './pooling.ts'
import { power } from './power.ts'
import { prelu } from './prelu.ts'
import { priorBox } from './prior-box.ts'
import { reduction } from './reduction.ts'
import { relu, relu6 } from './relu.ts'
import { reorg } from './reorg.ts'
import { reshape } from './reshape.ts'
import { resize } from './resize.ts'
import { scale } from './scale.ts'
import { shuffleChannel } from './shuffle-channel.ts'
import { absVal, bnll, mish, sigmoid, tanh } from './simple-functions.ts'
import { slice } from './slice.ts'
import { softmax } from './softmax.ts'
import { split } from './split.ts'
import { spp } from './spp.ts'
import { swish } from './swish.ts'
import { threshold } from './threshold.ts'
import { tile } from './tile.ts'
import { upsample } from './upsample.ts'

const LAYERS: readonly CaffeLayer[] = [
  absVal,
  argMax,
  axpy,
  batchNorm,
  bias,
  bn,
  bnll,
  clip,
  concat,
  convolution,
  crop,
  deconvolution,
  depthwiseConvolution,
  dropout,
  eltwise,
  elu,
  exp,
  flatten,
  hardSigmoid,
  hardSwish,
  innerProduct,
  interp,
  log,
  lrn,
  mish,
  mvn,
  normalize,
  passThrough,
  permute,
  pooling,
  power,
  prelu,
  priorBox,
  reduction,
  relu,
  relu6,
  reorg,
  reshape,
  resize,
  scale,
  shuffleChannel,
  sigmoid,
  slice,
  softmax,
  split,
  spp,
  swish,
  tanh,
  threshold,
  tile,
  upsample,
]

const BY_TYPE = new Map(LAYERS.flatMap((layer) => layer.types.map((type) => [type, layer] as const)))

/** The layer of a type; undefined for types nobody knows. */
export function layerOf(type: string): CaffeLayer | undefined {
  return BY_TYPE.get(type)
}

export function layerTypes(): string[] {
  return [...BY_TYPE.keys()]
}
