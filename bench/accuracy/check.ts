/** The figures of the default build against those that the cards state. */
import type { Card } from '../../src/cards/card.ts'
import type { Row } from './row.ts'

export interface Checked {
  /** One line per model. */
  line: string
  hasFallen: boolean
}

/** A figure has fallen when it is lower than the card's by more than the card's noise. */
export function checkRow({ name, accuracy }: Card, { metric, float, value }: Row): Checked {
  const text = (share: number): string => (100 * share).toFixed(2)
  if (accuracy?.int8 === undefined) {
    const line = `${name}: no reference figure in its card (${metric}: float ${text(float)}, INT8 ${text(value)})`
    return { line, hasFallen: false }
  }
  const { noise = 0 } = accuracy
  const falls = [
    { what: 'float', reference: accuracy.float, now: float },
    { what: 'INT8', reference: accuracy.int8, now: value },
  ].map((figure) => ({ ...figure, hasFallen: figure.now < figure.reference - noise - ROUNDING }))
  const hasFallen = falls.some((figure) => figure.hasFallen)
  const figures = falls.map((figure) => `${figure.what} ${text(figure.now)} (card ${text(figure.reference)})`)
  const verdict = hasFallen ? `FALLEN by more than ${text(noise)} points` : `within ${text(noise)} points`
  return { line: `${name}: ${metric}: ${figures.join(', ')}: ${verdict}`, hasFallen }
}

/** Cards give four digits. */
const ROUNDING = 0.5e-4
