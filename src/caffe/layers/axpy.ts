/** Axpy of SE-Net: a x + y with one a per picture and channel (N x C or N x C x 1 x 1) -> Mul, Add. */
import { defineLayer } from './layer.ts'
import { pictures } from './parts/pictures.ts'

export const axpy = defineLayer({
  types: ['Axpy'],
  bottoms: 3,
  convert(layer) {
    const [a, x, y] = layer.bottoms
    const [batch, channels] = pictures(layer, x)
    const perChannel = [batch, channels, 1, 1]
    if (
      ![[batch, channels], perChannel].some((shape) => shape.join() === a.shape.join()) ||
      y.shape.join() !== x.shape.join()
    ) {
      throw layer.error(
        `the bottoms are ${layer.bottoms.map(({ shape }) => shape.join('x')).join(', ')}`,
        'give a (N x C x 1 x 1), x and y (both N x C x H x W) in this order',
      )
    }
    const factor =
      a.shape.length === 4 ? a : layer.emit('Reshape', [a, layer.int64s('shape', perChannel)], {}, 'reshape')
    return layer.emit('Add', [layer.emit('Mul', [x, factor], {}, 'mul'), y])
  },
})
