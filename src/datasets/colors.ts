import { seededRandom } from '../data/seeded-random.ts'

/** The named colors of CSS (https://www.w3.org/TR/css-color-4/#named-colors), in words. */
const names =
  'alice blue,antique white,aqua,aquamarine,azure,beige,bisque,black,blanched almond,blue,blue violet,brown,burly wood,' +
  'cadet blue,chartreuse,chocolate,coral,cornflower blue,corn silk,crimson,cyan,dark blue,dark cyan,dark golden rod,' +
  'dark gray,dark green,dark khaki,dark magenta,dark olive green,dark orange,dark orchid,dark red,dark salmon,' +
  'dark sea green,dark slate blue,dark slate gray,dark turquoise,dark violet,deep pink,deep sky blue,dim gray,dodger blue,' +
  'fire brick,floral white,forest green,fuchsia,gainsboro,ghost white,gold,golden rod,gray,green,green yellow,honeydew,' +
  'hot pink,indian red,indigo,ivory,khaki,lavender,lavender blush,lawn green,lemon chiffon,light blue,light coral,' +
  'light cyan,light golden rod yellow,light gray,light green,light pink,light salmon,light sea green,light sky blue,' +
  'light slate gray,light steel blue,light yellow,lime,lime green,linen,magenta,maroon,medium aquamarine,medium blue,' +
  'medium orchid,medium purple,medium sea green,medium slate blue,medium spring green,medium turquoise,' +
  'medium violet red,midnight blue,mint cream,misty rose,moccasin,navajo white,navy,old lace,olive,olive drab,orange,' +
  'orange red,orchid,pale golden rod,pale green,pale turquoise,pale violet red,papaya whip,peach puff,peru,pink,plum,' +
  'powder blue,purple,rebecca purple,red,rosy brown,royal blue,saddle brown,salmon,sandy brown,sea green,sea shell,sienna,' +
  'silver,sky blue,slate blue,slate gray,snow,spring green,steel blue,tan,teal,thistle,tomato,turquoise,violet,wheat,white,' +
  'white smoke,yellow,yellow green'

/**
 * Names of colors, similar ones in one part: sorted by their ends, the first 60 % to train on, the others as dev, each part
 * shuffled by seed 0. A toy for trying programs out.
 *
 * DSPy 3.4.1 has another list of names; the cut is the same.
 *
 * @example
 * const { train, dev } = colors()
 * train[0]?.color
 */
export const colors = (): {
  readonly train: readonly { readonly color: string }[]
  readonly dev: readonly { readonly color: string }[]
} => {
  const backwards = (name: string): string => Array.from(name).reverse().join('')
  const sorted = names
    .split(',')
    .map(name => ({ name, key: backwards(name) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ name }) => ({ color: name }))
  const end = Math.floor(sorted.length * 0.6)
  return { train: seededRandom(0).shuffle(sorted.slice(0, end)), dev: seededRandom(0).shuffle(sorted.slice(end)) }
}
