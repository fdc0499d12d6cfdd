/** Hand a transformed picture to a model input. */
import type { ImageTensor } from '../image/image-tensor.ts'
import { Tensor } from '../ir/tensor.ts'

/** The image as a batch of one in its own layout ([1,C,H,W] or [1,H,W,C]); pixels are not copied. */
export function toTensor(image: ImageTensor): Tensor {
  return Tensor.of(image.dtype, [1, ...image.shape], image.data)
}
