/** The ten classes of CIFAR-10. */
import type { ClassName } from '../../tasks/class-name.ts'

export const CIFAR10_CLASSES: readonly ClassName[] = [
  { name: 'airplane', zh: '飞机' },
  { name: 'automobile', zh: '汽车' },
  { name: 'bird', zh: '鸟' },
  { name: 'cat', zh: '猫' },
  { name: 'deer', zh: '鹿' },
  { name: 'dog', zh: '狗' },
  { name: 'frog', zh: '青蛙' },
  { name: 'horse', zh: '马' },
  { name: 'ship', zh: '船' },
  { name: 'truck', zh: '卡车' },
]
