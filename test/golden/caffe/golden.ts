/** Goldens of the Caffe layers: nets of one layer, seeded inputs, outputs of OpenCV or of a loop in the recipe. */
import { readFileSync } from 'node:fs'
import { Tensor } from '../../../src/ir/tensor.ts'
import { generator } from '../../support/random.ts'

interface StoredCase {
  name: string
  /** `opencv 4.6.0` or `numpy`. */
  by: string
  prototxt: string
  caffemodel: string
  inputs: Record<string, { shape: number[]; seed: number; low: number; high: number }>
  outputs: Record<string, { shape: number[]; values: string }>
}

export interface GoldenCase {
  name: string
  prototxt: string
  caffemodel: Uint8Array
  inputs: Map<string, Tensor>
  outputs: Map<string, Tensor>
}

/** The cases of `<family>.json`. */
export function goldenCases(family: string): GoldenCase[] {
  const text = readFileSync(new URL(`${family}.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as StoredCase[]).map((stored) => ({
    name: stored.name,
    prototxt: stored.prototxt,
    caffemodel: Buffer.from(stored.caffemodel, 'base64'),
    inputs: new Map(Object.entries(stored.inputs).map(([name, input]) => [name, noise(input)])),
    outputs: new Map(
      Object.entries(stored.outputs).map(([name, { shape, values }]) => [
        name,
        new Tensor('float32', shape, Buffer.from(values, 'base64')),
      ]),
    ),
  }))
}

/** The numbers of `noise` in golden.py. */
function noise({ shape, seed, low, high }: StoredCase['inputs'][string]): Tensor {
  const next = generator(seed)
  const size = shape.reduce((a, b) => a * b, 1)
  return Tensor.float32(
    shape,
    Float32Array.from({ length: size }, () => low + (high - low) * next()),
  )
}
