// The vocabulary of the made-up world that the example data and nano's corpus share. Lower case, plain words.
const words = (text: string): readonly string[] => text.trim().split(/\s+/)

export const praise =
  words(`wonderful great superb moving charming brilliant delightful funny warm clever gripping lovely fresh
elegant stunning perfect amazing excellent beautiful fantastic sweet bright witty tender rich smooth solid vivid graceful thrilling
joyful touching pleasant terrific splendid magical inspired satisfying impressive enjoyable memorable masterful polished crisp
uplifting hilarious heartfelt exciting engaging strong sincere stylish sharp lively playful generous glorious flawless refreshing
reliable comfortable sturdy tasty quick friendly helpful cozy delicious spotless gorgeous outstanding remarkable superior calm`)

export const blame =
  words(`dull tedious awful boring bland clumsy dreadful weak lazy noisy shallow stale messy cheap lifeless terrible
horrible ugly slow sloppy bitter dim stupid cold poor broken rough fake flat painful tired annoying unpleasant miserable pathetic hollow
uninspired disappointing forgettable mediocre careless crude faded depressing tiresome wooden confusing irritating feeble insincere
tacky blunt grim dreary stingy inferior flawed rotten unreliable uncomfortable flimsy tasteless sluggish rude useless dirty greasy
overpriced crowded stuffy leaky damaged moldy`)

/** Things a review is about, by topic. */
export const topics = {
  film: words(
    'film plot cast script soundtrack ending dialogue acting pace story camera lead scene director trailer sequel movie',
  ),
  food: words(
    'soup bread pasta coffee dessert menu waiter kitchen salad burger sauce breakfast pizza tea cake restaurant steak',
  ),
  hotel: words(
    'room hotel pool lobby bed shower view reception balcony pillow hallway garden terrace carpet elevator towel',
  ),
  book: words(
    'book chapter author novel prose cover poem narrator translation preface essay paragraph hero memoir fable',
  ),
  phone: words(
    'phone screen battery keyboard speaker charger tablet laptop headset cable app update lens display microphone',
  ),
} as const

export const junk =
  words(`prize lottery winner jackpot casino bonus cash loan credit pills discount offer deal voucher coupon
guaranteed exclusive bitcoin crypto investment profit millionaire inheritance reward giveaway sweepstake cheapest miracle weightloss
mortgage debt clearance bargain unlimited singles dating vip riches fortune selected congratulations transfer prince beneficiary payout
betting slots earn income`)

export const honest =
  words(`meeting lunch homework dinner schedule report project agenda mom dad sister brother school class teacher
doctor dentist train flight birthday weekend kids football practice library draft slides notes minutes office colleague team review
garden recipe groceries laundry dog cat neighbor wedding holiday photos rehearsal choir exam lecture thesis bus parking keys umbrella
picnic barbecue hiking tent`)

export const queues = {
  billing: words(
    'invoice charge payment receipt tax fee bill refund balance installment amount vat debit subscription cents invoices',
  ),
  technical: words(
    'crash error bug freeze install driver outage server timeout firmware bluetooth wifi printer reboot lag glitch',
  ),
  shipping: words(
    'parcel delivery courier tracking package warehouse address customs shipment box truck postman depot dispatch freight',
  ),
  account: words(
    'password login username profile email signin verification settings avatar permissions signup nickname membership logout',
  ),
  sales: words(
    'quote pricing demo upgrade purchase catalog enterprise license seats plan reseller trial contract volume brochure',
  ),
} as const

export const hurry = ['urgent', 'asap', 'right now', 'immediately', 'critical', 'today please', 'emergency', 'at once']
export const leisure = [
  'no rush',
  'whenever you can',
  'sometime',
  'not important',
  'next week is fine',
  'just curious',
  'at leisure',
]

export const people = words(
  'anna ben clara david emma felix greta hugo ivy jonas karin leo mia nils olga paul rosa sam tina victor',
)
export const cities = words(
  'oslo rome paris berlin madrid lisbon vienna prague dublin athens cairo lima quito delhi seoul tokyo',
)
export const jobs = words(
  'cook nurse pilot farmer teacher painter lawyer baker driver judge sailor tailor singer writer dentist',
)
export const colors = words('red blue green black white yellow purple orange brown gray pink silver')
export const pets = words('dog cat horse parrot rabbit turtle goat hamster duck lizard')
export const foods = words('bread soup rice cheese apples plums honey fish noodles olives pears beans')
