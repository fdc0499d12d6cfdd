/** The 20 classes of PASCAL VOC, in alphabetical order, as every list of them counts. */
import type { ClassName } from '../../tasks/class-name.ts'

export const VOC_CLASSES: readonly ClassName[] = [
  { name: 'aeroplane', zh: '飞机' },
  { name: 'bicycle', zh: '自行车' },
  { name: 'bird', zh: '鸟' },
  { name: 'boat', zh: '船' },
  { name: 'bottle', zh: '瓶子' },
  { name: 'bus', zh: '公交车' },
  { name: 'car', zh: '汽车' },
  { name: 'cat', zh: '猫' },
  { name: 'chair', zh: '椅子' },
  { name: 'cow', zh: '牛' },
  { name: 'diningtable', zh: '餐桌' },
  { name: 'dog', zh: '狗' },
  { name: 'horse', zh: '马' },
  { name: 'motorbike', zh: '摩托车' },
  { name: 'person', zh: '人' },
  { name: 'pottedplant', zh: '盆栽' },
  { name: 'sheep', zh: '羊' },
  { name: 'sofa', zh: '沙发' },
  { name: 'train', zh: '火车' },
  { name: 'tvmonitor', zh: '显示器' },
]
