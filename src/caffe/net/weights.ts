/** Weights of the caffemodel, matched to layers of the prototxt by name; what does not fit is told all at once. */
import { ReadError } from '../../errors.ts'
import { elementCount, Tensor } from '../../ir/tensor.ts'
import { nearestName } from '../../text/nearest-name.ts'
import type { Blob } from '../caffemodel/blob.ts'
import type { LayerWeights } from '../caffemodel/read.ts'
import type { LayerDefinition } from './definition.ts'

/** Zeros that stand in for blobs that do not fit may be so many: mistakes shall not cost memory. */
const MAX_STAND_INS = 2 ** 26
/** Mistakes shown; the others are counted. */
const SHOWN = 8

export class WeightStore {
  readonly #file: string
  readonly #layers = new Map<string, readonly Blob[]>()
  readonly #asked = new Set<string>()
  /** How many blobs of a layer were taken. */
  readonly #taken = new Map<string, number>()
  #standIns = 0
  readonly #mistakes: { layer: string; message: string }[] = []

  /** @param file name of the caffemodel for messages */
  constructor(layers: readonly LayerWeights[], file: string) {
    this.#file = file
    // as in Caffe, the last layer of a name wins
    for (const { name, blobs } of layers) this.#layers.set(name, blobs)
  }

  blobs(layer: string): readonly Blob[] {
    this.#asked.add(layer)
    return this.#layers.get(layer) ?? []
  }

  /**
   * A blob in the shape a layer needs.
   *
   * @param what the blob for messages, like `weights`
   */
  take({ name }: LayerDefinition, index: number, what: string, shape: readonly number[]): Tensor {
    this.#taken.set(name, Math.max(this.#taken.get(name) ?? 0, index + 1))
    const wanted = shape.join('x') || 'one value'
    const blobs = this.blobs(name)
    const tensor = blobs[index]?.tensor
    if (tensor && sameButOnes(tensor.shape, shape)) return tensor.reshape(shape)
    if (tensor)
      this.#mistakes.push({
        layer: name,
        message: `${what} of '${name}' are ${tensor.shape.join('x')}, the prototxt needs ${wanted}`,
      })
    else if (blobs.length > 0)
      this.#mistakes.push({
        layer: name,
        message: `${what} of '${name}' (${wanted}) are missing: the caffemodel has ${blobs.length} blob(s) for the layer`,
      })
    else if (!this.#mistakes.some(({ layer }) => layer === name))
      this.#mistakes.push({ layer: name, message: this.#missing(name, wanted, what) })
    const count = elementCount(shape)
    this.#standIns += count
    if (this.#standIns > MAX_STAND_INS) this.refuseMistakes()
    return Tensor.float32(shape, new Float32Array(count))
  }

  #missing(name: string, wanted: string, what: string): string {
    const near = nearestName(name, this.#layers.keys())
    const meant = near === undefined ? '' : ` (it has '${near}')`
    return `the caffemodel has no layer '${name}', whose ${what} should be ${wanted}${meant}`
  }

  /** Layers of the net that left blobs of theirs in the caffemodel. */
  partlyUsed(): string[] {
    return [...this.#taken].filter(([name, taken]) => this.blobs(name).length > taken).map(([name]) => name)
  }

  /** Layers of the caffemodel whose weights nobody asked for. */
  unused(): string[] {
    return [...this.#layers.keys()].filter((name) => !this.#asked.has(name))
  }

  /** Throw ReadError READ_CAFFE_WEIGHTS where any blob was missing or mis-shaped. */
  refuseMistakes(): void {
    if (this.#mistakes.length === 0) return
    const messages = this.#mistakes.map(({ message }) => message)
    const [first, ...others] = messages
    const lines = others.slice(0, SHOWN)
    if (others.length > SHOWN) lines.push(`and ${others.length - SHOWN} more`)
    const unused = this.unused()
    if (unused.length > 0) lines.push(`the caffemodel also has layers the prototxt has not: ${listed(unused)}`)
    throw new ReadError('READ_CAFFE_WEIGHTS', first, {
      where: this.#file,
      detail: lines.join('\n') || undefined,
      fix: 'give the prototxt this caffemodel was trained with: weights belong to layers of the same name and shape',
    })
  }
}

/** `a, b, c and 4 more`. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).join(', ')
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown
}

/** The same dimensions in the same order, ones aside: old files write a bias as 1x1x1xO and a matrix as 1x1xOxI. */
function sameButOnes(a: readonly number[], b: readonly number[]): boolean {
  const large = (shape: readonly number[]): string => shape.filter((dim) => dim !== 1).join('x')
  return large(a) === large(b)
}
