/**
 * Whole Caffe nets, every blob, against OpenCV's dnn module: the prototxts of the shared data whose weights are not public, with
 * invented ones. Samples of the blobs are goldens; where Debian's python3-opencv is at hand, every value is compared.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Graph } from '../../src/ir/graph.ts'
import { Tensor } from '../../src/ir/tensor.ts'
import { readNet } from '../support/caffe-net.ts'
import { caffemodelBytes } from '../support/caffemodel.ts'
import { inventWeights } from '../support/invented-weights.ts'
import { runAt } from '../support/quantized-network.ts'
import { randomFeeds } from '../support/random.ts'
import { projectRoot, sharedData } from '../support/shared-data.ts'

interface Sampled {
  layer: string
  shape: number[]
  largest: number
  values: string
}

/** Of the largest magnitude of a blob. */
const TOLERANCE = 1e-5
/** Other processors measure statistics that differ in their last bits, and so make slightly other weights. */
const GOLDEN_TOLERANCE = 5e-5

const data = sharedData()
const recipes = join(projectRoot, 'test/golden/caffe')
const goldens = JSON.parse(readFileSync(join(recipes, 'whole_nets.json'), 'utf8')) as Record<string, Sampled[]>
const openCV = data !== undefined && hasOpenCV()

const folder = mkdtempSync(join(tmpdir(), 'openmapper-caffe-'))
afterAll(() => rmSync(folder, { recursive: true }))

const extent =
  data === undefined ? 'needs ../shared/data' : openCV ? 'every value' : 'samples alone, as /usr/bin/python3 has no cv2'

describe.skipIf(data === undefined)(`whole Caffe nets against OpenCV (${extent})`, () => {
  test.each(Object.entries(goldens))('%s', { timeout: 120_000 }, async (name, blobs) => {
    const prototxt = join(data!, 'models', name)
    const text = readFileSync(prototxt, 'utf8')
    const layers = await inventWeights(text)
    const model = readNet(text, layers).model
    const { graph } = model
    const [input] = graph.inputs
    graph.outputs = blobs.map(({ layer }) => {
      const value = resultOf(graph, layer)
      return { name: value, ...graph.type(value)! }
    })
    const feeds = randomFeeds(graph, 1, -2, 2)
    const own = await runAt(model, 'disabled', feeds)
    const valuesOf = ({ layer, shape }: Sampled): Float32Array => {
      const result = own.get(resultOf(graph, layer))!
      expect(result.shape).toEqual(shape)
      return result.floats()
    }
    const apart = blobs.filter((blob) => !(sampledDifference(blob, valuesOf(blob)) <= GOLDEN_TOLERANCE))
    expect(apart.map(({ layer }) => layer)).toEqual([])
    if (!openCV) return

    const caffemodel = join(folder, 'net.caffemodel')
    writeFileSync(caffemodel, caffemodelBytes(layers))
    const shape = graph.shape(input.name)!.join('x')
    execFileSync('/usr/bin/python3', [join(recipes, 'run_net.py'), prototxt, caffemodel, shape, folder])
    const listed = JSON.parse(readFileSync(join(folder, 'blobs.json'), 'utf8')) as Sampled[]
    expect(listed.map(({ layer }) => layer)).toEqual(blobs.map(({ layer }) => layer))
    const differences = listed.map((blob, i) => {
      const expected = new Tensor('float32', blob.shape, readFileSync(join(folder, `${i}.f32`)))
      return [blob.layer, relativeDifference(expected.floats(), valuesOf(blob))] as const
    })
    expect(differences.filter(([, difference]) => !(difference <= TOLERANCE))).toEqual([])
  })
})

function hasOpenCV(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import cv2'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The value that a layer computes last: what stands behind its own node is its bias. */
function resultOf(graph: Graph, layer: string): string {
  const node = [`${layer}_bias`, layer].map((name) => graph.nodes.find((one) => one.name === name)).find((one) => one)
  return node!.outputs[0]
}

/** Largest difference over the largest magnitude. */
function relativeDifference(expected: Float32Array, actual: Float32Array): number {
  let [worst, most] = [0, 0]
  for (const [i, value] of expected.entries()) {
    worst = Math.max(worst, Math.abs(value - actual[i]))
    most = Math.max(most, Math.abs(value))
  }
  return worst / most
}

function sampledDifference({ values, largest }: Sampled, actual: Float32Array): number {
  const expected = new Float32Array(new Uint8Array(Buffer.from(values, 'base64')).buffer)
  const differences = [...expected].map((value, i) =>
    Math.abs(value - actual[Math.floor((i * actual.length) / expected.length)]),
  )
  return Math.max(...differences) / largest
}
