/** A labelled set of pictures, read one by one; nothing is decoded before it is asked for. */
import type { ImageTensor } from '../image/image-tensor.ts'
import type { Truth } from '../tasks/truth.ts'

/** A picture without its labels. */
export interface Picture {
  /** Stable name of the picture (file name, or a number with leading zeros). */
  id: string
  /** Decode the picture as the dataset's reader delivers it. */
  image: () => Promise<ImageTensor>
}

export interface Sample extends Picture {
  /** Every sample of a data set has the same kind. */
  truth: () => Promise<Truth>
}

export interface Dataset {
  name: string
  count: number
  /** What whoever reads the figures should know of the pictures. */
  note?: string
  sample(index: number): Sample
}
