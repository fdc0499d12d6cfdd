/** Calibration data that fit in size but cannot be right. */
import type { ResolvedInput } from '../config/types.ts'
import { DataError } from '../errors.ts'
import type { Tensor } from '../ir/tensor.ts'
import { channelCount } from '../prepare/coefficients.ts'
import { type PictureSigns, pictureSigns, signsInLine } from './picture-signs.ts'

/** Looks at the samples of one input as they are read. */
export class SampleInspector {
  readonly #input: ResolvedInput
  readonly #seen = new Set<string>()
  readonly #told = new Set<string>()
  readonly #signs: PictureSigns[] = []

  constructor(input: ResolvedInput) {
    this.#input = input
  }

  /**
   * Look at one sample in train type. Returns warnings, each kind once for the whole set.
   *
   * @throws DataError DATA_NOT_A_NUMBER for NaN or infinity
   */
  look(train: Tensor, name: string): string[] {
    if (this.#seen.has(name)) return []
    this.#seen.add(name)
    const range = valueRange(train.data as ArrayLike<number>)
    if (!range.finite) {
      throw new DataError('DATA_NOT_A_NUMBER', `${name} holds NaN or infinity`, {
        where: `calibration data of input '${this.#input.name}'`,
        fix: 'write this sample again, or remove it',
      })
    }
    const picture = this.#input.typeTrain !== 'featuremap'
    if (picture && channelCount(this.#input) === 3) this.#signs.push(pictureSigns(train, this.#input.layoutTrain))
    const [kind, text] = (picture ? this.#judge(range) : constantFeature(range)) ?? []
    if (kind === undefined || this.#told.has(kind)) return []
    this.#told.add(kind)
    return [`${name}: ${text}`]
  }

  /** Warnings that only the whole set justifies. Empty where single samples were suspicious already. */
  conclude(): string[] {
    return this.#told.size > 0 ? [] : signsInLine(this.#signs, this.#input)
  }

  #judge({ min, max, fractional }: ValueRange): [kind: string, text: string] | undefined {
    const range = `values run from ${short(min)} to ${short(max)}`
    if (min === max) return ['constant', `every value is ${short(min)}: the picture is constant`]
    if (min < -1 || max <= 5) {
      const cut = fractional || min < 0 ? '' : ' and cut to integers'
      return [
        'normalised',
        `${range}: this looks already normalised${cut}. Calibration data are pixels 0..255; mean and scale belong in the YAML`,
      ]
    }
    return max > 256 ? ['range', `${range}, beyond 0..255; they will be clipped`] : undefined
  }
}

function constantFeature({ min, max }: ValueRange): [kind: string, text: string] | undefined {
  if (min !== max) return undefined
  return ['constant', `every value is ${short(min)}: thresholds of such a sample say nothing about real data`]
}

interface ValueRange {
  min: number
  max: number
  /** Some value is no integer. */
  fractional: boolean
  finite: boolean
}

function valueRange(values: ArrayLike<number>): ValueRange {
  let min = Infinity
  let max = -Infinity
  let fractional = false
  let notANumber = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value < min) min = value
    if (value > max) max = value
    fractional ||= value !== Math.trunc(value)
    // 0 for every number, NaN for NaN and infinity.
    notANumber += value - value
  }
  return { min, max, fractional, finite: notANumber === 0 }
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
