/** Every layer in onnxruntime against OpenCV, or against the loops of the recipes in test/golden/caffe. */
import { describe, expect, test } from 'vitest'
import { type GoldenCase, goldenCases } from '../../../test/golden/caffe/golden.ts'
import { runAt } from '../../../test/support/quantized-network.ts'
import { readCaffe } from '../read.ts'
import type { Model } from '../../ir/model.ts'

const FAMILIES = [
  'activations',
  'batch_norm',
  'bias',
  'convolution',
  'cut',
  'deconvolution',
  'eltwise',
  'inner_product',
  'lrn',
  'mvn',
  'normalize',
  'pooling',
  'pooling_floor',
  'prior_box',
  'reduce',
  'reorder',
  'resize',
  'scale',
  'spp',
]

function read({ prototxt, caffemodel, inputs }: GoldenCase): Model {
  return readCaffe(
    {
      prototxt: { file: 'net.prototxt', bytes: new TextEncoder().encode(prototxt) },
      caffemodel: { file: 'net.caffemodel', bytes: caffemodel },
    },
    { shapeOf: (name) => inputs.get(name)!.shape, info: () => {}, warn: () => {} },
  )
}

describe.each(FAMILIES)('%s', (family) => {
  test.each(goldenCases(family))('$name', async (golden) => {
    const { inputs, outputs } = golden
    const results = await runAt(read(golden), 'disabled', inputs)
    for (const [name, expected] of outputs) {
      const actual = results.get(name)!
      expect(actual.shape).toEqual(expected.shape)
      const [x, y] = [expected.numbers(), actual.numbers()]
      const range = Math.max(...x.map(Math.abs))
      const worst = Math.max(...x.map((value, i) => Math.abs(value - y[i])))
      expect(worst).toBeLessThanOrEqual(1e-5 * range)
    }
  })
})
