/** Runs a Caffe net in Debian's OpenCV on many inputs. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { elementCount, Tensor } from '../../src/ir/tensor.ts'
import { projectRoot } from './shared-data.ts'

const PYTHON = '/usr/bin/python3'

/** Whether Debian's python3-opencv is at hand. */
export function hasOpenCV(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import cv2'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/**
 * Outputs of layers for each input.
 *
 * @param inputs tensors of one shape, preprocessed
 * @param layers name and shape of the outputs wanted
 */
export function opencvOutputs(
  net: { prototxt: Uint8Array; caffemodel: Uint8Array },
  inputs: readonly Tensor[],
  layers: ReadonlyMap<string, readonly number[]>,
): Map<string, Tensor>[] {
  const folder = mkdtempSync(join(tmpdir(), 'openmapper-opencv-'))
  try {
    const [prototxt, caffemodel, source, target] = ['net.prototxt', 'net.caffemodel', 'in.f32', 'out.f32'].map((name) =>
      join(folder, name),
    )
    writeFileSync(prototxt, net.prototxt)
    writeFileSync(caffemodel, net.caffemodel)
    for (const input of inputs) appendFileSync(source, input.bytes)
    const script = join(projectRoot, 'test/golden/caffe/run_pictures.py')
    const shape = inputs[0].shape.join('x')
    execFileSync(PYTHON, [script, prototxt, caffemodel, shape, source, target, ...layers.keys()])
    const bytes = readFileSync(target)
    let at = 0
    return inputs.map(
      () =>
        new Map(
          [...layers].map(([name, dims]) => {
            const length = 4 * elementCount(dims)
            at += length
            return [name, new Tensor('float32', dims, bytes.subarray(at - length, at))]
          }),
        ),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
