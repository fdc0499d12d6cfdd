/** A labelled set of pictures, read one by one; nothing is decoded before it is asked for. */
import type { ImageTensor } from '../image/image-tensor.ts'

export interface Sample {
  /** Stable name of the picture (file name, or a number with leading zeros). */
  id: string
  /** Class 0..n-1. */
  label: number
  /** Decode the picture as the dataset's reader delivers it. */
  image: () => Promise<ImageTensor>
}

export interface Dataset {
  name: string
  count: number
  classNames?: readonly string[]
  sample(index: number): Sample
}
