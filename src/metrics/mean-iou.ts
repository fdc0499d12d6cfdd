/** Mean intersection over union of class maps, counted so that shards can be added in any order. */
import { DataError } from '../errors.ts'
import { meanOrNull } from './ranking.ts'

/** What `merge` takes: plain numbers, so that they travel between processes. */
export interface MeanIouCounts {
  /** Pixels, `[labelled class][predicted class]`, one more column for predictions that are no class. */
  confusion: number[][]
}

export interface MeanIouResult {
  /** Mean over the classes that are labelled or predicted anywhere, 0..1; null where nothing was counted. */
  meanIou: number | null
  /** Mean over the classes that are labelled anywhere: on a few pictures one wrong pixel makes a class that is only predicted. */
  labelledMeanIou: number | null
  /** Share of the counted pixels whose class is right; null where nothing was counted. */
  pixelAccuracy: number | null
  /** By class id; null for a class neither labelled nor predicted. */
  perClass: (number | null)[]
}

export class MeanIou {
  readonly #classes: number
  readonly #ignore: number
  readonly #confusion: Float64Array

  /**
   * @param classes Number of classes; Cityscapes scores 19.
   * @param ignore Label of pixels that do not count, whatever is predicted there.
   */
  constructor(classes = 19, ignore = 255) {
    this.#classes = classes
    this.#ignore = ignore
    this.#confusion = new Float64Array(classes * (classes + 1))
  }

  /**
   * Count one picture: class ids of equally many pixels. A prediction that is no class is wrong where a class is labelled.
   * @throws DataError DATA_MASK for maps of different sizes, or a label that is neither a class nor ignored.
   */
  add(predicted: ArrayLike<number>, labels: ArrayLike<number>): void {
    if (predicted.length !== labels.length) {
      throw maskError(
        `${predicted.length} pixels were predicted, ${labels.length} are labelled`,
        'resize the prediction to the size of the label map',
      )
    }
    // another array first, so that a wrong label leaves the counts as they were
    const added = new Float64Array(this.#confusion.length)
    const columns = this.#classes + 1
    for (let pixel = 0; pixel < labels.length; pixel++) {
      const label = labels[pixel]
      if (label === this.#ignore) continue
      if (!(label >= 0 && label < this.#classes)) {
        throw maskError(
          `label ${label} is neither one of ${this.#classes} classes nor ${this.#ignore} (ignored)`,
          'give label maps with training ids (Cityscapes: gtFine_labelTrainIds, or labelIds mapped to them)',
        )
      }
      const guess = predicted[pixel]
      const column = guess >= 0 && guess < this.#classes ? guess : this.#classes
      added[label * columns + column] += 1
    }
    for (const [index, pixels] of added.entries()) this.#confusion[index] += pixels
  }

  /** Add the counts of another shard, made for the same classes. */
  merge(other: MeanIouCounts): void {
    for (const [index, pixels] of other.confusion.flat().entries()) this.#confusion[index] += pixels
  }

  counts(): MeanIouCounts {
    const columns = this.#classes + 1
    return {
      confusion: Array.from({ length: this.#classes }, (_, row) => [
        ...this.#confusion.subarray(row * columns, (row + 1) * columns),
      ]),
    }
  }

  result(): MeanIouResult {
    const { confusion } = this.counts()
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
    const correct = confusion.map((row, classId) => row[classId])
    const perClass = confusion.map((row, classId) => {
      const union = sum(row) + sum(confusion.map((other) => other[classId])) - correct[classId]
      return union ? correct[classId] / union : null
    })
    const counted = sum(confusion.flat())
    return {
      meanIou: meanOrNull(perClass.filter((iou) => iou !== null)),
      labelledMeanIou: meanOrNull(
        perClass.filter((iou, classId): iou is number => iou !== null && sum(confusion[classId]) > 0),
      ),
      pixelAccuracy: counted ? sum(correct) / counted : null,
      perClass,
    }
  }
}

function maskError(message: string, fix: string): DataError {
  return new DataError('DATA_MASK', message, { stage: 'evaluate', where: 'label map', fix })
}
