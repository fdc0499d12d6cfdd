/** How a picture becomes the pixels that a network was trained on; for `openmapper init`. */
import type { TrainType } from '../config/types.ts'
import type { Reader } from '../image/reader.ts'
import type { TaskGuess } from './guess-task.ts'

export interface PictureForm {
  height: number
  width: number
  channels: number
  layout: 'NCHW' | 'NHWC'
  type: TrainType
}

export interface PreprocessGuess {
  reader: Reader
  /** Transformers as a card writes them. */
  steps: string[]
  why: string
}

/** ImageNet's classifiers see the middle of a picture whose short side is 256 for 224 pixels. */
const SHORT_SIDE_SHARE = 256 / 224
/** Smaller pictures are not cut. */
const SMALLEST_CROPPED = 64

/** Transformers to uint8 pixels in train colours and train layout. */
export function guessPreprocessing(form: PictureForm, { task, decoder }: TaskGuess): PreprocessGuess {
  const { height, width, type } = form
  const reader = task === 'classification' && type !== 'bgr' ? 'pil' : 'opencv'
  const colours = reader === 'pil' ? 'rgb' : 'bgr'
  const size = `[${height}, ${width}]`
  const { steps, isFloat, why } = resize()
  return {
    reader,
    why,
    steps: [
      ...steps,
      ...(type === 'gray' ? [`${colours.toUpperCase()}2GRAYTransformer: { data_format: HWC }`] : []),
      ...(type === 'rgb' && colours === 'bgr' ? ['BGR2RGBTransformer: { data_format: HWC }'] : []),
      ...(form.layout === 'NCHW' ? ['HWC2CHWTransformer'] : []),
      ...(isFloat ? ['F32ToU8Transformer'] : []),
    ],
  }

  function resize(): { steps: string[]; isFloat: boolean; why: string } {
    if (decoder === 'yolox' || decoder === 'yolov5') {
      const position = decoder === 'yolox' ? ', pad_position: bottom_right' : ''
      const steps = [`PadResizeTransformer: { target_size: ${size}, pad_value: 114${position} }`]
      return { steps, isFloat: true, why: 'detectors of this kind pad the picture to the shape of the input' }
    }
    if (task === 'classification' && height === width) {
      const short = height < SMALLEST_CROPPED ? height : Math.round(height * SHORT_SIDE_SHARE)
      const resized =
        reader === 'pil'
          ? `PILResizeTransformer: { size: ${short} }`
          : `ShortSideResizeTransformer: { short_size: ${short}, data_type: uint8 }`
      const steps = [resized, `CenterCropTransformer: { crop_size: ${height}, data_type: uint8 }`]
      return { steps, isFloat: false, why: 'classifiers mostly take the middle of the picture' }
    }
    const steps = [`ResizeTransformer: { target_size: ${size}, mode: opencv, data_type: uint8 }`]
    return { steps, isFloat: false, why: 'resized to the shape of the input, aspect not kept' }
  }
}
