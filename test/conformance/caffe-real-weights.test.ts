/** Caffe nets with the weights they were trained with, against OpenCV's dnn module. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readCaffe } from '../../src/caffe/read.ts'
import type { Model } from '../../src/ir/model.ts'
import { elementCount, Tensor } from '../../src/ir/tensor.ts'
import { caffemodelBytes } from '../support/caffemodel.ts'
import { hasOpenCV, opencvOutputs } from '../support/opencv-pictures.ts'
import { runAt } from '../support/quantized-network.ts'
import { generator } from '../support/random.ts'
import { projectRoot, sharedData } from '../support/shared-data.ts'
import { compareLogits, LOGITS, squeezenet } from '../support/squeezenet.ts'

const data = sharedData()

describe.skipIf(data === undefined)('needs ../shared/data', () => {
  test('SqueezeNet on five pictures: what OpenCV 4.6 said of them', async () => {
    const path = join(projectRoot, 'test/golden/caffe/squeezenet_pictures.json')
    const goldens = JSON.parse(readFileSync(path, 'utf8')) as { id: string; logits: string }[]
    expect(goldens).toHaveLength(5)
    const net = squeezenet()
    for (const [index, golden] of goldens.entries()) {
      const { id, input } = await net.sample(index)
      expect(id).toBe(golden.id)
      const expected = new Tensor('float32', LOGITS.shape, Buffer.from(golden.logits, 'base64'))
      const actual = (await runAt(net.model, 'basic', new Map([['data', input]]))).get(LOGITS.layer)!
      const { difference, isSame } = compareLogits(expected.floats(), actual.floats())
      expect(isSame).toBe(true)
      expect(difference).toBeLessThanOrEqual(1e-5)
    }
  })

  test.skipIf(!hasOpenCV())(
    'both heads of YOLOv3-Nano (OpenCV lacks Upsample: a fixed Deconvolution there)',
    async () => {
      const stem = join(data!, 'models/dog-qiuqiu/MobileNetV2-YOLOv3-Nano-voc')
      const [prototxt, caffemodel] = [readFileSync(`${stem}.prototxt`), readFileSync(`${stem}.caffemodel`)]
      const model = read(prototxt, caffemodel)
      const { graph } = model
      const heads = new Map(graph.outputs.map(({ name }) => [name, graph.shape(name)!]))
      expect([...heads]).toEqual([
        ['layer69-conv', [1, 75, 10, 10]],
        ['layer79-conv', [1, 75, 20, 20]],
      ])
      const upsample = graph.nodes.find((node) => node.is('Resize'))!
      const channels = graph.shape(upsample.outputs[0])![1]
      const replaced = prototxt
        .toString()
        .replace(
          /type:\s*"Upsample"\s*upsample_param\s*\{[^}]*\}/,
          `type: "Deconvolution" convolution_param { num_output: ${channels} group: ${channels} kernel_size: 2 stride: 2 bias_term: false }`,
        )
      const ones = { shape: [channels, 1, 2, 2], values: new Float32Array(4 * channels).fill(1) }
      // messages of protobuf behind each other are merged
      const weights = Buffer.concat([
        caffemodel,
        caffemodelBytes([{ name: upsample.name, blobs: [ones], type: 'Deconvolution' }]),
      ])
      const shape = graph.shape('data')!
      const next = generator(1)
      const input = Tensor.float32(shape, Float32Array.from({ length: elementCount(shape) }, next))
      const [expected] = opencvOutputs({ prototxt: Buffer.from(replaced), caffemodel: weights }, [input], heads)
      const actual = await runAt(model, 'basic', new Map([['data', input]]))
      for (const head of heads.keys()) {
        const { difference } = compareLogits(expected.get(head)!.floats(), actual.get(head)!.floats())
        expect(difference).toBeLessThanOrEqual(1e-5)
      }
    },
  )
})

function read(prototxt: Uint8Array, caffemodel: Uint8Array): Model {
  return readCaffe(
    { prototxt: { file: 'net.prototxt', bytes: prototxt }, caffemodel: { file: 'net.caffemodel', bytes: caffemodel } },
    { shapeOf: () => undefined, info() {}, warn() {} },
  )
}
