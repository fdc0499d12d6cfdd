/** Boxes that a detector's outputs are relative to. */
import { ConfigError, DataError } from '../../errors.ts'
import type { Size } from '../../image/resize-cv-taps.ts'
import type { ModelFiles } from './decoder.ts'

/** Four values per anchor: centre y, centre x, height, width as shares of the input's height and width. */
export type Anchors = Float32Array

/** Anchors for an input of a given size. */
export type AnchorSource = (input: Size) => Anchors

/** What `made` computes, once per input size; where that is left out, the model's file with the role `anchors`. */
export function anchorSource(decoder: string, made: AnchorSource | undefined, files: ModelFiles): AnchorSource {
  if (made) return cachedBySize(made)
  const bytes = files.get('anchors')
  if (bytes) {
    const anchors = readAnchors(bytes)
    return () => anchors
  }
  throw new ConfigError('CONFIG_NO_ANCHORS', `decoder '${decoder}' has no anchors`, {
    fix: "describe them in the decoder's parameters, or name their file under model: extra_files: { anchors: { file, md5 } }",
  })
}

/** float32, little endian. */
function readAnchors(bytes: Uint8Array): Anchors {
  if (bytes.byteLength === 0 || bytes.byteLength % 16 !== 0) {
    throw new DataError('DATA_ANCHORS', `the anchors file has ${bytes.byteLength} bytes, which is no multiple of 16`, {
      stage: 'evaluate',
      fix: 'give a file of float32 values, little endian: centre y, centre x, height, width per anchor',
    })
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getFloat32(4 * index, true))
}

function cachedBySize(make: AnchorSource): AnchorSource {
  const made = new Map<string, Anchors>()
  return (input) => {
    const key = `${input.height} x ${input.width}`
    let anchors = made.get(key)
    if (!anchors) made.set(key, (anchors = make(input)))
    return anchors
  }
}
