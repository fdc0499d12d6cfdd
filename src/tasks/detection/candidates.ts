/** Boxes before suppression. */

/** In no order. All arrays have one entry per candidate (`boxes` four). */
export interface Candidates {
  /** Left, top, right, bottom in pixels of the network's input, which may lie outside of it. */
  readonly boxes: Float32Array
  readonly scores: Float32Array
  /** As the model counts its classes, from 0. */
  readonly classes: Int32Array
}

/** Collects candidates whose number is not known beforehand. */
export class CandidateList {
  #boxes = new Float32Array(4 * 512)
  #scores = new Float32Array(512)
  #classes = new Int32Array(512)
  #count = 0

  add(x1: number, y1: number, x2: number, y2: number, score: number, classId: number): void {
    const index = this.#count++
    if (index === this.#scores.length) this.#grow()
    const at = 4 * index
    this.#boxes[at] = x1
    this.#boxes[at + 1] = y1
    this.#boxes[at + 2] = x2
    this.#boxes[at + 3] = y2
    this.#scores[index] = score
    this.#classes[index] = classId
  }

  /** What was collected; views, valid until the next `add`. */
  candidates(): Candidates {
    return {
      boxes: this.#boxes.subarray(0, 4 * this.#count),
      scores: this.#scores.subarray(0, this.#count),
      classes: this.#classes.subarray(0, this.#count),
    }
  }

  #grow(): void {
    const length = 2 * this.#scores.length
    const boxes = new Float32Array(4 * length)
    boxes.set(this.#boxes)
    this.#boxes = boxes
    const scores = new Float32Array(length)
    scores.set(this.#scores)
    this.#scores = scores
    const classes = new Int32Array(length)
    classes.set(this.#classes)
    this.#classes = classes
  }
}
