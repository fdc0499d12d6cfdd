/** The ten digits. */
import type { ClassName } from '../../tasks/class-name.ts'

export const MNIST_CLASSES: readonly ClassName[] = Array.from({ length: 10 }, (_, digit) => ({
  name: String(digit),
  zh: String(digit),
}))
