/** Our model-local functions. */
import { same, type ShapeFunction } from './context.ts'

/** HzPreprocess: a 1x1 convolution, channels on axis 1. */
export const preprocess: ShapeFunction = (context) => {
  const [batch, , height, width] = context.dims()
  return same(context, [batch, context.shape(1)[0], height, width])
}

/** The same with channels last. */
export const preprocessNHWC: ShapeFunction = (context) => {
  const [batch, height, width] = context.dims()
  return same(context, [batch, height, width, context.shape(1)[0]])
}
