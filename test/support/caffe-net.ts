/** Reads nets written out in tests. */
import { readCaffe } from '../../src/caffe/read.ts'
import type { Model } from '../../src/ir/model.ts'
import { caffemodelBytes, type Form, type WrittenLayer } from './caffemodel.ts'

export interface ReadNet {
  model: Model
  /** Lines told on the way. */
  told: string[]
}

/** Read a prototxt with these weights; `shapes` stands for `--input-shape`. */
export function readNet(
  prototxt: string | Uint8Array,
  weights: readonly WrittenLayer[] | Uint8Array,
  { shapes = {}, ...form }: Form & { shapes?: Record<string, readonly number[]> } = {},
): ReadNet {
  const told: string[] = []
  const model = readCaffe(
    {
      prototxt: {
        file: 'net.prototxt',
        bytes: typeof prototxt === 'string' ? new TextEncoder().encode(prototxt) : prototxt,
      },
      caffemodel: {
        file: 'net.caffemodel',
        bytes: weights instanceof Uint8Array ? weights : caffemodelBytes(weights, form),
      },
    },
    {
      shapeOf: (name) => shapes[name],
      info: (message) => void told.push(message),
      warn: (message) => void told.push(`warning: ${message}`),
    },
  )
  return { model, told }
}

/** `Conv conv1(data, conv1_weights) -> conv1 1x2x3x3`, a line per node. */
export function listing({ model: { graph } }: ReadNet): string[] {
  return graph.nodes.map(({ opType, name, inputs, outputs }) => {
    const results = outputs.map((output) => `${output} ${graph.shape(output)?.join('x') ?? '?'}`)
    return `${opType} ${name}(${inputs.join(', ')}) -> ${results.join(', ')}`
  })
}
