/**
 * Fold BatchNormalization into the Conv, ConvTranspose or Gemm before it.
 *
 * Before: y = BatchNormalization(Conv(x, W, b))
 * After:  y = Conv(x, W * s, (b - mean) * s + beta)   with s = gamma / sqrt(var + eps)
 * Only when nothing else reads the Conv and all parameters are constant.
 */
import type { Pass } from './pass.ts'
import { Tensor } from '../ir/tensor.ts'
import { absorb, addConstant, channelBias, floatConstant, scaleOutputChannels, soleProducer } from './rewrite.ts'

export const fuseBatchNorm: Pass = {
  name: 'fuse-batch-norm',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      if (!node.is('BatchNormalization')) continue
      const conv = soleProducer(graph, node.inputs[0], 'Conv', 'ConvTranspose', 'Gemm')
      if (!conv || !floatConstant(graph, conv.inputs[1])) continue
      if (conv.is('Gemm') && (conv.float('alpha', 1) !== 1 || conv.float('beta', 1) !== 1)) continue
      const parameters = node.inputs.slice(1, 5).map((input) => floatConstant(graph, input)?.floats())
      const bias = channelBias(graph, conv)
      const [gamma, beta, mean, variance] = parameters
      if (!gamma || !beta || !mean || !variance || bias?.length !== gamma.length) continue
      const epsilon = node.float('epsilon', 1e-5)
      const scale = Float64Array.from(gamma, (value, c) => value / Math.sqrt(variance[c] + epsilon))
      const shifted = Float32Array.from(bias, (value, c) => (value - mean[c]) * scale[c] + beta[c])
      const weight = addConstant(graph, `${conv.name}_folded_weight`, scaleOutputChannels(graph, conv, scale))
      const folded = addConstant(graph, `${conv.name}_folded_bias`, Tensor.float32([shifted.length], shifted))
      graph.setInputs(conv, [conv.inputs[0], weight, folded])
      absorb(graph, conv, node)
      rewrites++
    }
    return rewrites
  },
}
