/** Eltwise: SUM (with coefficients), PROD, MAX of bottoms -> chains of Add, Sub, Mul, or one Max. */
import type { Value } from './context.ts'
import { bool, choice, floats } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const eltwise = defineLayer({
  types: ['Eltwise'],
  parameter: 'eltwise_param',
  fields: { operation: choice(['PROD', 'SUM', 'MAX'], 'SUM'), coeff: floats(), stable_prod_grad: bool(true) },
  bottoms: [2, Infinity],
  convert(layer) {
    const { operation, coeff } = layer.params
    const [first, ...others] = layer.bottoms
    for (const [i, { shape }] of others.entries()) {
      // Caffe wants equal shapes; forks spread ones, as ONNX does
      const fits =
        shape.length === first.shape.length &&
        shape.every((dim, axis) => dim === first.shape[axis] || dim === 1 || first.shape[axis] === 1)
      if (!fits) {
        throw layer.error(
          `bottom ${i + 2} is ${shape.join('x')}, the first is ${first.shape.join('x')}`,
          'bottoms must have equal shapes; an axis of 1 is spread',
        )
      }
    }
    if (coeff.length > 0 && (operation !== 'SUM' || coeff.length !== layer.bottoms.length)) {
      throw layer.error(
        `${coeff.length} coeff for ${layer.bottoms.length} bottoms and ${operation}`,
        'give one coeff per bottom, and with SUM alone',
        'coeff',
      )
    }
    if (operation === 'MAX') return layer.emit('Max', layer.bottoms)
    const terms = layer.bottoms.map((value, i) => ({ value, factor: coeff[i] ?? 1 }))
    // a term that is subtracted cannot begin the chain
    if (terms.some(({ factor }) => factor !== -1))
      terms.sort((a, b) => Number(a.factor === -1) - Number(b.factor === -1))
    const scaled = (term: { value: Value; factor: number }, i: number): Value =>
      term.factor === 1
        ? term.value
        : layer.emit('Mul', [term.value, layer.scalar('coeff', term.factor)], {}, `scaled_${i}`)
    return terms.slice(1).reduce(
      (sum, term, i) => {
        const suffix = i === terms.length - 2 ? '' : `${i}`
        if (operation === 'PROD') return layer.emit('Mul', [sum, term.value], {}, suffix)
        if (term.factor === -1) return layer.emit('Sub', [sum, term.value], {}, suffix)
        return layer.emit('Add', [sum, scaled(term, i + 1)], {}, suffix)
      },
      scaled(terms[0], 0),
    )
  },
})
