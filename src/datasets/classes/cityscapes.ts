/** Cityscapes: the 19 classes that are scored, in the order of their training ids. */
import type { ClassName } from '../../tasks/class-name.ts'

/** Label id in gtFine's `*_labelIds.png`, name, Chinese name, colour. */
const CLASSES = [
  [7, 'road', '道路', [128, 64, 128]],
  [8, 'sidewalk', '人行道', [244, 35, 232]],
  [11, 'building', '建筑', [70, 70, 70]],
  [12, 'wall', '墙', [102, 102, 156]],
  [13, 'fence', '栅栏', [190, 153, 153]],
  [17, 'pole', '杆', [153, 153, 153]],
  [19, 'traffic light', '交通灯', [250, 170, 30]],
  [20, 'traffic sign', '交通标志', [220, 220, 0]],
  [21, 'vegetation', '植被', [107, 142, 35]],
  [22, 'terrain', '地面植被', [152, 251, 152]],
  [23, 'sky', '天空', [70, 130, 180]],
  [24, 'person', '行人', [220, 20, 60]],
  [25, 'rider', '骑行者', [255, 0, 0]],
  [26, 'car', '轿车', [0, 0, 142]],
  [27, 'truck', '卡车', [0, 0, 70]],
  [28, 'bus', '公交车', [0, 60, 100]],
  [31, 'train', '火车', [0, 80, 100]],
  [32, 'motorcycle', '摩托车', [0, 0, 230]],
  [33, 'bicycle', '自行车', [119, 11, 32]],
] as const

export const CITYSCAPES_CLASSES: readonly ClassName[] = CLASSES.map(([, name, zh, color]) => ({ name, zh, color }))

/** Highest label id in a `*_labelIds.png`; the licence plate has -1, which 8 bits hold as 255. */
export const MAX_LABEL_ID = 33

/** Class of a label id: 0..18, or 255 for all that is not scored. */
export const CLASS_OF_LABEL_ID: Uint8Array = new Uint8Array(256).fill(255)
for (const [classId, [labelId]] of CLASSES.entries()) CLASS_OF_LABEL_ID[labelId] = classId
