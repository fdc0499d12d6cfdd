/** Rectangles of an image: cutting out and putting on a canvas. */
import { emptyLike, imageSize, makeImage, type ImageTensor } from './image-tensor.ts'

export interface Rectangle {
  top: number
  left: number
  height: number
  width: number
}

/** The pixels of a rectangle, which must lie inside the image; layout and dtype stay. The image itself where that is all of it. */
export function crop(image: ImageTensor, rectangle: Rectangle): ImageTensor {
  const { height, width, channels } = imageSize(image)
  if (rectangle.height === height && rectangle.width === width) return image
  const size = { height: rectangle.height, width: rectangle.width, channels }
  const data = emptyLike(image.data, size.height * size.width * channels)
  copyRows(image.layout, channels, rectangle.height, (plane, y) => {
    const run = image.layout === 'HWC' ? channels : 1
    const from = ((plane * height + rectangle.top + y) * width + rectangle.left) * run
    data.set(image.data.subarray(from, from + size.width * run), (plane * size.height + y) * size.width * run)
  })
  return makeImage(data, image.layout, size)
}

/** Put an image on a float32 canvas filled with `fill`, its top-left pixel at (top, left). */
export function pasteOnCanvas(image: ImageTensor, canvas: Rectangle, fill: number): ImageTensor {
  const { height, width, channels } = imageSize(image)
  const data = new Float32Array(canvas.height * canvas.width * channels).fill(fill)
  copyRows(image.layout, channels, height, (plane, y) => {
    const run = image.layout === 'HWC' ? channels : 1
    const from = (plane * height + y) * width * run
    const to = ((plane * canvas.height + canvas.top + y) * canvas.width + canvas.left) * run
    data.set(image.data.subarray(from, from + width * run), to)
  })
  return makeImage(data, image.layout, { height: canvas.height, width: canvas.width, channels })
}

/** Call for each run of neighbouring values: every row of every plane (HWC is one plane). */
function copyRows(
  layout: 'HWC' | 'CHW',
  channels: number,
  rows: number,
  copy: (plane: number, y: number) => void,
): void {
  for (let plane = 0; plane < (layout === 'HWC' ? 1 : channels); plane++) {
    for (let y = 0; y < rows; y++) copy(plane, y)
  }
}
