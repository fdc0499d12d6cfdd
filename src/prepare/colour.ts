/** Colour arithmetic between training pixels, runtime pixels and the middle type. Formulas: BT.601, full and video range. */
import type { ResolvedInput, SpaceAndRange } from '../config/types.ts'

/** Three rows of (y, u, v) coefficients and an offset: rgb = rows * (y_128, u_128, v_128) + offset, in 0..255 units. */
export interface ColourMatrix {
  rows: readonly (readonly number[])[]
  offset: number
}

/** Middle-type YUV (each minus 128) to RGB. */
export function yuvToRgb(range: SpaceAndRange): ColourMatrix {
  if (range === 'regular') {
    return {
      rows: [
        [1, 0, 1.402],
        [1, -0.344136, -0.714136],
        [1, 1.772, 0],
      ],
      offset: 128,
    }
  }
  return {
    rows: [
      [1.164, 0, 1.596],
      [1.164, -0.391, -0.813],
      [1.164, 2.018, 0],
    ],
    offset: 1.164 * 112,
  }
}

/** RGB (0..255) to YUV (0..255): rows of (r, g, b) coefficients and offsets. */
export function rgbToYuv(range: SpaceAndRange): { rows: readonly (readonly number[])[]; offsets: readonly number[] } {
  if (range === 'regular') {
    return {
      rows: [
        [0.299, 0.587, 0.114],
        [-0.169, -0.331, 0.5],
        [0.5, -0.419, -0.081],
      ],
      offsets: [0, 128, 128],
    }
  }
  return {
    rows: [
      [0.257, 0.504, 0.098],
      [-0.148, -0.291, 0.439],
      [0.439, -0.368, -0.071],
    ],
    offsets: [16, 128, 128],
  }
}

/** True where runtime pixels are YUV and training pixels are RGB or BGR: the model must convert. */
export function convertsYuv(input: ResolvedInput): boolean {
  const yuv = input.typeRt === 'nv12' || input.typeRt === 'yuv444'
  return yuv && (input.typeTrain === 'rgb' || input.typeTrain === 'bgr')
}

/** True where channels change their order between training and run time. */
export function swapsChannels(input: ResolvedInput): boolean {
  return (input.typeTrain === 'rgb' && input.typeRt === 'bgr') || (input.typeTrain === 'bgr' && input.typeRt === 'rgb')
}
