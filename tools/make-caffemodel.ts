/** npx tsx tools/make-caffemodel.ts net.prototxt net.caffemodel: weights for a prototxt whose own are not at hand. */
import { readFileSync, writeFileSync } from 'node:fs'
import { caffemodelBytes } from '../test/support/caffemodel.ts'
import { inventWeights } from '../test/support/invented-weights.ts'

const [prototxt, caffemodel] = process.argv.slice(2)
if (!prototxt || !caffemodel) {
  console.error('usage: npx tsx tools/make-caffemodel.ts NET.prototxt NET.caffemodel')
  process.exit(1)
}
writeFileSync(caffemodel, caffemodelBytes(await inventWeights(readFileSync(prototxt, 'utf8'))))
