// Written by write-two-hundred-signatures.ts.
import { signature } from '../../../src/signature/create.ts'
import type { Signature } from '../../../src/signature/signature.ts'

declare const answer: <Inputs, Outputs>(signature: Signature<Inputs, Outputs>, inputs: Inputs) => Outputs

export const { keywords: keywordsOf0, customer: customerOf0 } = answer(
  signature(`city0, summary -> keywords: str, customer: str, author: string[], quantity: string[]`),
  { city0: '', summary: '' },
)
export const { order: orderOf1, priority: priorityOf1 } = answer(
  signature(
    `answer1: int | null, plan -> order: number, priority: list[int], customer, date: 'low' | 'medium' | 'high'`,
  ),
  { answer1: null, plan: '' },
)
export const { author: authorOf2, reason: reasonOf2 } = answer(
  signature(
    `price2, audience: string[] -> author: Literal['positive', 'negative', 'neutral'], reason?: string, score: list[int], order`,
  ),
  { price2: '', audience: [''] },
)
export const { sentiment: sentimentOf3, order: orderOf3 } = answer(
  signature(
    `label3: list[str], summary: list[int], language: Optional[str] -> sentiment?: float, order: dict[str, float], date: list[int]`,
  ),
  { label3: [''], summary: [1], language: null },
)
export const { topic: topicOf4, reply: replyOf4 } = answer(
  signature(
    `city4: 'low' | 'medium' | 'high', context: list[str], reason: 'low' | 'medium' | 'high' -> topic: dict[str, float], reply, step?: float`,
  ),
  { city4: 'low', context: [''], reason: 'low' },
)
export const { priority: priorityOf5, history: historyOf5 } = answer(
  signature(`currency5: boolean, order: bool, title -> priority: str, history: bool, reply: int`),
  { currency5: false, order: true, title: '' },
)
export const { order: orderOf6, claim: claimOf6 } = answer(
  signature(
    `question6: boolean, amount, priority: 'low' | 'medium' | 'high' -> order?: float, claim: Literal['yes','no'], category: string`,
  ),
  { question6: false, amount: '', priority: 'low' },
)
export const { date: dateOf7, language: languageOf7 } = answer(
  signature(
    `step7: Literal['positive', 'negative', 'neutral'], amount: 'low' | 'medium' | 'high' -> date: number, language: 'low' | 'medium' | 'high', city, country: string[]`,
  ),
  { step7: 'neutral', amount: 'low' },
)
export const { context: contextOf8, passage: passageOf8 } = answer(
  signature(
    `ticket8: int | null, category: number, topic: str, sentiment?: string -> context: int | null, passage: dict[str, float]`,
  ),
  { ticket8: null, category: 0.5, topic: '', sentiment: '' },
)
export const { evidence: evidenceOf9, category: categoryOf9 } = answer(
  signature(`amount9, history?: string, claim: float -> evidence: 'low' | 'medium' | 'high', category, date`),
  { amount9: '', history: '', claim: 0.5 },
)
export const { label: labelOf10, plan: planOf10 } = answer(
  signature(`country10, document -> label: int, plan: list[str], city: number, score: int`),
  { country10: '', document: '' },
)
export const { confidence: confidenceOf11, keywords: keywordsOf11 } = answer(
  signature(
    `verdict11: str, country?, answer: Literal['positive', 'negative', 'neutral'], category -> confidence: Literal['positive', 'negative', 'neutral'], keywords`,
  ),
  { verdict11: '', country: null, answer: 'neutral', category: '' },
)
export const { price: priceOf12, score: scoreOf12 } = answer(
  signature(
    `amount12: dict[str, float], claim: Literal['positive', 'negative', 'neutral'], keywords: number -> price: int, score?: float, country: float`,
  ),
  { amount12: { a: 1 }, claim: 'neutral', keywords: 0.5 },
)
export const { amount: amountOf13, summary: summaryOf13 } = answer(
  signature(`query13: bool, reason: number, question: boolean -> amount: float, summary: int, topic: int | null`),
  { query13: true, reason: 0.5, question: false },
)
export const { language: languageOf14, verdict: verdictOf14 } = answer(
  signature(
    `order14: number, document: list[int], amount: Literal['positive', 'negative', 'neutral'], context: string[] -> language?: float, verdict: Optional[str]`,
  ),
  { order14: 0.5, document: [1], amount: 'neutral', context: [''] },
)
export const { customer: customerOf15, reason: reasonOf15 } = answer(
  signature(`keywords15?: float, ticket: Literal['yes','no'], title: boolean, date: float -> customer: bool, reason`),
  { keywords15: 1, ticket: 'no', title: false, date: 0.5 },
)
export const { reply: replyOf16, passage: passageOf16 } = answer(
  signature(`author16: dict[str, float], country: int | null, subject: boolean -> reply: list[int], passage, keywords`),
  { author16: { a: 1 }, country: null, subject: false },
)
export const { city: cityOf17, reply: replyOf17 } = answer(
  signature(
    `summary17: 'low' | 'medium' | 'high', history: string[] -> city: number, reply?: string, audience: Literal['positive', 'negative', 'neutral'], context: Literal['positive', 'negative', 'neutral']`,
  ),
  { summary17: 'low', history: [''] },
)
export const { price: priceOf18, history: historyOf18 } = answer(
  signature(`subject18: bool, confidence?: string, query -> price: string[], history: Literal['yes','no'], priority`),
  { subject18: true, confidence: '', query: '' },
)
export const { date: dateOf19, claim: claimOf19 } = answer(
  signature(
    `confidence19: int | null, evidence: string[], topic: list[str] -> date: bool, claim: 'low' | 'medium' | 'high', label: Optional[str]`,
  ),
  { confidence19: null, evidence: [''], topic: [''] },
)
export const { reason: reasonOf20, quantity: quantityOf20 } = answer(
  signature(
    `customer20: bool, body: int, summary: int -> reason: bool, quantity: dict[str, float], category: Literal['yes','no']`,
  ),
  { customer20: true, body: 1, summary: 1 },
)
export const { context: contextOf21, country: countryOf21 } = answer(
  signature(
    `question21: dict[str, float], reason: boolean, audience: Literal['positive', 'negative', 'neutral'], history: int -> context: float, country?`,
  ),
  { question21: { a: 1 }, reason: false, audience: 'neutral', history: 1 },
)
export const { title: titleOf22, body: bodyOf22 } = answer(
  signature(`country22: string, confidence?, ticket -> title: dict[str, float], body: string, score`),
  { country22: '', confidence: null, ticket: '' },
)
export const { claim: claimOf23, country: countryOf23 } = answer(
  signature(`document23: string[], price: number, summary: int -> claim, country: list[int], quantity: float`),
  { document23: [''], price: 0.5, summary: 1 },
)
export const { question: questionOf24, email: emailOf24 } = answer(
  signature(
    `confidence24: boolean, topic: dict[str, float], ticket: list[int] -> question: Literal['positive', 'negative', 'neutral'], email: Optional[str], audience: str`,
  ),
  { confidence24: false, topic: { a: 1 }, ticket: [1] },
)
export const { date: dateOf25, priority: priorityOf25 } = answer(
  signature(`passage25: str, document: boolean, context -> date: list[str], priority: Literal['yes','no'], sentiment`),
  { passage25: '', document: false, context: '' },
)
export const { country: countryOf26, history: historyOf26 } = answer(
  signature(
    `document26: boolean, body?: float, summary: Optional[str] -> country: dict[str, float], history: list[int], author?`,
  ),
  { document26: false, body: 1, summary: null },
)
export const { summary: summaryOf27, language: languageOf27 } = answer(
  signature(
    `step27: boolean, verdict: bool -> summary: 'low' | 'medium' | 'high', language: int, question: dict[str, float], document: boolean`,
  ),
  { step27: false, verdict: true },
)
export const { question: questionOf28, currency: currencyOf28 } = answer(
  signature(
    `email28: string[], body: boolean -> question: list[str], currency: list[int], summary: number, passage: number`,
  ),
  { email28: [''], body: false },
)
export const { verdict: verdictOf29, priority: priorityOf29 } = answer(
  signature(
    `answer29, order: 'low' | 'medium' | 'high' -> verdict: number, priority: Literal['yes','no'], context, topic`,
  ),
  { answer29: '', order: 'low' },
)
export const { category: categoryOf30, reason: reasonOf30 } = answer(
  signature(
    `sentiment30: Optional[str], reply: 'low' | 'medium' | 'high' -> category: int | null, reason: string, date: int | null, title: dict[str, float]`,
  ),
  { sentiment30: null, reply: 'low' },
)
export const { evidence: evidenceOf31, verdict: verdictOf31 } = answer(
  signature(
    `history31: string[], answer?: float, confidence: number -> evidence?: string, verdict: string, amount: dict[str, float]`,
  ),
  { history31: [''], answer: 1, confidence: 0.5 },
)
export const { date: dateOf32, context: contextOf32 } = answer(
  signature(`subject32?: float, keywords: dict[str, float], plan: bool, body -> date: number, context?`),
  { subject32: 1, keywords: { a: 1 }, plan: true, body: '' },
)
export const { amount: amountOf33, currency: currencyOf33 } = answer(
  signature(`evidence33, topic: int, city: bool, step -> amount?: float, currency: bool`),
  { evidence33: '', topic: 1, city: true, step: '' },
)
export const { quantity: quantityOf34, topic: topicOf34 } = answer(
  signature(`email34: boolean, reply: string -> quantity?: string, topic?: float, reason: string, question`),
  { email34: false, reply: '' },
)
export const { ticket: ticketOf35, language: languageOf35 } = answer(
  signature(`document35, confidence: int, score: Optional[str], passage: list[int] -> ticket: bool, language?: string`),
  { document35: '', confidence: 1, score: null, passage: [1] },
)
export const { subject: subjectOf36, answer: answerOf36 } = answer(
  signature(`sentiment36: bool, priority, plan -> subject: int, answer: Literal['yes','no'], context?`),
  { sentiment36: true, priority: '', plan: '' },
)
export const { audience: audienceOf37, context: contextOf37 } = answer(
  signature(
    `quantity37: bool, history: number -> audience: Optional[str], context: list[int], plan: str, topic?: string`,
  ),
  { quantity37: true, history: 0.5 },
)
export const { evidence: evidenceOf38, customer: customerOf38 } = answer(
  signature(`currency38: list[str], city: bool, passage -> evidence, customer: dict[str, float], document: string[]`),
  { currency38: [''], city: true, passage: '' },
)
export const { category: categoryOf39, question: questionOf39 } = answer(
  signature(
    `currency39?: string, price: Optional[str], city: list[str], topic: number -> category: list[str], question: string[]`,
  ),
  { currency39: '', price: null, city: [''], topic: 0.5 },
)
export const { history: historyOf40, quantity: quantityOf40 } = answer(
  signature(
    `question40: string, ticket: float -> history: 'low' | 'medium' | 'high', quantity?: string, currency?: string, plan: str`,
  ),
  { question40: '', ticket: 0.5 },
)
export const { city: cityOf41, confidence: confidenceOf41 } = answer(
  signature(
    `history41: string[], audience?: string, keywords: boolean, document: float -> city: string[], confidence: dict[str, float]`,
  ),
  { history41: [''], audience: '', keywords: false, document: 0.5 },
)
export const { history: historyOf42, category: categoryOf42 } = answer(
  signature(`claim42: Optional[str], keywords -> history, category: dict[str, float], evidence?, confidence?: string`),
  { claim42: null, keywords: '' },
)
export const { ticket: ticketOf43, order: orderOf43 } = answer(
  signature(
    `label43: boolean, context?, audience: list[int], score: 'low' | 'medium' | 'high' -> ticket: boolean, order: bool`,
  ),
  { label43: false, context: null, audience: [1], score: 'low' },
)
export const { document: documentOf44, score: scoreOf44 } = answer(
  signature(`email44: str, step?: string, quantity -> document, score: Literal['yes','no'], passage: dict[str, float]`),
  { email44: '', step: '', quantity: '' },
)
export const { sentiment: sentimentOf45, topic: topicOf45 } = answer(
  signature(
    `summary45: Literal['positive', 'negative', 'neutral'], email: Literal['positive', 'negative', 'neutral'] -> sentiment: Literal['positive', 'negative', 'neutral'], topic: string, order: number, reply: Optional[str]`,
  ),
  { summary45: 'neutral', email: 'neutral' },
)
export const { step: stepOf46, order: orderOf46 } = answer(
  signature(`ticket46?: string, city: bool, document: list[str], keywords?: float -> step, order: float`),
  { ticket46: '', city: true, document: [''], keywords: 1 },
)
export const { plan: planOf47, priority: priorityOf47 } = answer(
  signature(
    `date47: int | null, customer: boolean -> plan: list[str], priority: Optional[str], city: string[], history: int`,
  ),
  { date47: null, customer: false },
)
export const { title: titleOf48, history: historyOf48 } = answer(
  signature(`keywords48: int | null, amount, currency: int, score: Literal['yes','no'] -> title: str, history: number`),
  { keywords48: null, amount: '', currency: 1, score: 'no' },
)
export const { reply: replyOf49, customer: customerOf49 } = answer(
  signature(
    `language49: Optional[str], email: string[] -> reply?: string, customer, evidence: Literal['positive', 'negative', 'neutral'], keywords: bool`,
  ),
  { language49: null, email: [''] },
)
export const { summary: summaryOf50, verdict: verdictOf50 } = answer(
  signature(
    `price50: string, claim: 'low' | 'medium' | 'high', language: number, ticket: 'low' | 'medium' | 'high' -> summary: int | null, verdict: 'low' | 'medium' | 'high'`,
  ),
  { price50: '', claim: 'low', language: 0.5, ticket: 'low' },
)
export const { score: scoreOf51, document: documentOf51 } = answer(
  signature(`sentiment51: list[str], reason: str, context: bool, currency: string[] -> score, document: string[]`),
  { sentiment51: [''], reason: '', context: true, currency: [''] },
)
export const { history: historyOf52, amount: amountOf52 } = answer(
  signature(
    `priority52: list[str], title: bool, subject: Literal['yes','no'], city -> history: string[], amount: Literal['positive', 'negative', 'neutral']`,
  ),
  { priority52: [''], title: true, subject: 'no', city: '' },
)
export const { reason: reasonOf53, summary: summaryOf53 } = answer(
  signature(
    `document53: number, author: str -> reason: Literal['positive', 'negative', 'neutral'], summary: Optional[str], sentiment: str, quantity?: string`,
  ),
  { document53: 0.5, author: '' },
)
export const { category: categoryOf54, country: countryOf54 } = answer(
  signature(
    `sentiment54: Literal['yes','no'], title: boolean, reply: float -> category: list[str], country: float, customer`,
  ),
  { sentiment54: 'no', title: false, reply: 0.5 },
)
export const { ticket: ticketOf55, language: languageOf55 } = answer(
  signature(
    `passage55: list[int], history: list[int] -> ticket: int | null, language: list[int], currency: boolean, price: list[int]`,
  ),
  { passage55: [1], history: [1] },
)
export const { audience: audienceOf56, reason: reasonOf56 } = answer(
  signature(
    `email56: Literal['positive', 'negative', 'neutral'], confidence: float, document: bool -> audience: bool, reason: boolean, category: string[]`,
  ),
  { email56: 'neutral', confidence: 0.5, document: true },
)
export const { city: cityOf57, quantity: quantityOf57 } = answer(
  signature(`confidence57, claim, evidence: list[int] -> city: Optional[str], quantity: str, priority: number`),
  { confidence57: '', claim: '', evidence: [1] },
)
export const { country: countryOf58, subject: subjectOf58 } = answer(
  signature(`city58: Optional[str], date?, verdict: float -> country: boolean, subject, query: string`),
  { city58: null, date: null, verdict: 0.5 },
)
export const { step: stepOf59, subject: subjectOf59 } = answer(
  signature(`question59: int | null, email: str, topic: string -> step, subject: list[str], price?: float`),
  { question59: null, email: '', topic: '' },
)
export const { history: historyOf60, label: labelOf60 } = answer(
  signature(`language60, context, evidence: 'low' | 'medium' | 'high' -> history: float, label: list[str], title`),
  { language60: '', context: '', evidence: 'low' },
)
export const { order: orderOf61, language: languageOf61 } = answer(
  signature(`email61: int | null, reply: list[str], evidence -> order: string, language?: string, question: bool`),
  { email61: null, reply: [''], evidence: '' },
)
export const { date: dateOf62, country: countryOf62 } = answer(
  signature(
    `history62: Literal['positive', 'negative', 'neutral'], plan: dict[str, float] -> date: int, country, body, claim`,
  ),
  { history62: 'neutral', plan: { a: 1 } },
)
export const { price: priceOf63, customer: customerOf63 } = answer(
  signature(
    `claim63: Literal['yes','no'], date: boolean -> price: Optional[str], customer: string, evidence: 'low' | 'medium' | 'high', country`,
  ),
  { claim63: 'no', date: false },
)
export const { query: queryOf64, answer: answerOf64 } = answer(
  signature(`category64: str, body, passage -> query: string[], answer: Literal['yes','no'], confidence: str`),
  { category64: '', body: '', passage: '' },
)
export const { author: authorOf65, topic: topicOf65 } = answer(
  signature(
    `quantity65, country: Optional[str], keywords: dict[str, float], evidence: string -> author: boolean, topic: string`,
  ),
  { quantity65: '', country: null, keywords: { a: 1 }, evidence: '' },
)
export const { quantity: quantityOf66, topic: topicOf66 } = answer(
  signature(`city66: dict[str, float], currency -> quantity: list[str], topic, subject, sentiment`),
  { city66: { a: 1 }, currency: '' },
)
export const { plan: planOf67, city: cityOf67 } = answer(
  signature(`priority67: dict[str, float], country: float, verdict: bool, category -> plan: str, city: string`),
  { priority67: { a: 1 }, country: 0.5, verdict: true, category: '' },
)
export const { priority: priorityOf68, reply: replyOf68 } = answer(
  signature(`country68: int | null, reason?: float, sentiment: str, amount -> priority?, reply?: float`),
  { country68: null, reason: 1, sentiment: '', amount: '' },
)
export const { subject: subjectOf69, keywords: keywordsOf69 } = answer(
  signature(`category69, order -> subject, keywords?: float, priority: Literal['yes','no'], answer: string[]`),
  { category69: '', order: '' },
)
export const { city: cityOf70, price: priceOf70 } = answer(
  signature(`title70: str, query, claim: bool -> city?, price: list[int], currency: float`),
  { title70: '', query: '', claim: true },
)
export const { city: cityOf71, category: categoryOf71 } = answer(
  signature(`context71, query: dict[str, float] -> city, category: str, sentiment: Optional[str], question: string`),
  { context71: '', query: { a: 1 } },
)
export const { language: languageOf72, reason: reasonOf72 } = answer(
  signature(
    `score72: float, history: boolean -> language: list[int], reason: string[], audience: int | null, ticket: bool`,
  ),
  { score72: 0.5, history: false },
)
export const { evidence: evidenceOf73, score: scoreOf73 } = answer(
  signature(
    `sentiment73: Literal['positive', 'negative', 'neutral'], price: number -> evidence: Literal['positive', 'negative', 'neutral'], score: dict[str, float], city: number, context: Literal['positive', 'negative', 'neutral']`,
  ),
  { sentiment73: 'neutral', price: 0.5 },
)
export const { subject: subjectOf74, order: orderOf74 } = answer(
  signature(
    `answer74: int | null, country?: float, keywords: number, step -> subject: Literal['positive', 'negative', 'neutral'], order: string[]`,
  ),
  { answer74: null, country: 1, keywords: 0.5, step: '' },
)
export const { body: bodyOf75, reply: replyOf75 } = answer(
  signature(
    `country75: Literal['yes','no'], evidence?: string, subject?: string -> body: number, reply: bool, price: int`,
  ),
  { country75: 'no', evidence: '', subject: '' },
)
export const { author: authorOf76, query: queryOf76 } = answer(
  signature(
    `context76: int, quantity: Literal['yes','no'], language -> author: Literal['yes','no'], query: string, email`,
  ),
  { context76: 1, quantity: 'no', language: '' },
)
export const { topic: topicOf77, context: contextOf77 } = answer(
  signature(`score77, city -> topic: int, context?, sentiment: float, author: int | null`),
  { score77: '', city: '' },
)
export const { amount: amountOf78, verdict: verdictOf78 } = answer(
  signature(
    `question78: Optional[str], reason: Literal['positive', 'negative', 'neutral'] -> amount: number, verdict: 'low' | 'medium' | 'high', currency: list[int], audience?: float`,
  ),
  { question78: null, reason: 'neutral' },
)
export const { query: queryOf79, date: dateOf79 } = answer(
  signature(
    `score79?: string, quantity: 'low' | 'medium' | 'high', language: int | null -> query, date?, body: Optional[str]`,
  ),
  { score79: '', quantity: 'low', language: null },
)
export const { plan: planOf80, city: cityOf80 } = answer(
  signature(
    `claim80?: float, reply: 'low' | 'medium' | 'high', query: Literal['positive', 'negative', 'neutral'] -> plan: Literal['yes','no'], city, body: float`,
  ),
  { claim80: 1, reply: 'low', query: 'neutral' },
)
export const { plan: planOf81, language: languageOf81 } = answer(
  signature(
    `email81, verdict: list[int], country: string[] -> plan: float, language: int, date: 'low' | 'medium' | 'high'`,
  ),
  { email81: '', verdict: [1], country: [''] },
)
export const { step: stepOf82, reply: replyOf82 } = answer(
  signature(
    `audience82: 'low' | 'medium' | 'high', history, question: string -> step, reply?: string, language?: string`,
  ),
  { audience82: 'low', history: '', question: '' },
)
export const { sentiment: sentimentOf83, subject: subjectOf83 } = answer(
  signature(
    `passage83?, amount -> sentiment, subject: dict[str, float], evidence: string[], quantity: Literal['positive', 'negative', 'neutral']`,
  ),
  { passage83: null, amount: '' },
)
export const { question: questionOf84, confidence: confidenceOf84 } = answer(
  signature(`language84: number, subject: list[int] -> question, confidence: list[int], body: bool, step: int | null`),
  { language84: 0.5, subject: [1] },
)
export const { sentiment: sentimentOf85, order: orderOf85 } = answer(
  signature(
    `currency85: int | null, topic: Literal['yes','no'] -> sentiment: Literal['yes','no'], order: list[str], label: list[int], keywords`,
  ),
  { currency85: null, topic: 'no' },
)
export const { keywords: keywordsOf86, order: orderOf86 } = answer(
  signature(`label86: list[str], body: str, subject, query: number -> keywords: int, order`),
  { label86: [''], body: '', subject: '', query: 0.5 },
)
export const { reason: reasonOf87, amount: amountOf87 } = answer(
  signature(
    `audience87: dict[str, float], document: Optional[str] -> reason: 'low' | 'medium' | 'high', amount: Literal['positive', 'negative', 'neutral'], plan: list[str], date: string[]`,
  ),
  { audience87: { a: 1 }, document: null },
)
export const { summary: summaryOf88, reason: reasonOf88 } = answer(
  signature(
    `currency88: bool, question: int, evidence, score?: float -> summary: 'low' | 'medium' | 'high', reason: bool`,
  ),
  { currency88: true, question: 1, evidence: '', score: 1 },
)
export const { verdict: verdictOf89, document: documentOf89 } = answer(
  signature(`score89?: float, audience: int | null -> verdict, document: boolean, answer: string, date`),
  { score89: 1, audience: null },
)
export const { answer: answerOf90, category: categoryOf90 } = answer(
  signature(
    `title90: number, body -> answer?: string, category: int | null, evidence: Optional[str], plan: 'low' | 'medium' | 'high'`,
  ),
  { title90: 0.5, body: '' },
)
export const { country: countryOf91, topic: topicOf91 } = answer(
  signature(
    `confidence91: string, evidence, ticket: string -> country: Literal['yes','no'], topic: number, date: number`,
  ),
  { confidence91: '', evidence: '', ticket: '' },
)
export const { passage: passageOf92, context: contextOf92 } = answer(
  signature(
    `country92: list[str], confidence: Literal['yes','no'] -> passage: list[int], context: string, summary: int | null, ticket: list[str]`,
  ),
  { country92: [''], confidence: 'no' },
)
export const { author: authorOf93, audience: audienceOf93 } = answer(
  signature(
    `score93: Literal['positive', 'negative', 'neutral'], sentiment: Literal['yes','no'] -> author, audience: Literal['yes','no'], category?: float, body: list[int]`,
  ),
  { score93: 'neutral', sentiment: 'no' },
)
export const { history: historyOf94, body: bodyOf94 } = answer(
  signature(`title94?, passage, audience?: string -> history: str, body?, city: string[]`),
  { title94: null, passage: '', audience: '' },
)
export const { evidence: evidenceOf95, answer: answerOf95 } = answer(
  signature(
    `priority95: str, passage: number, currency: 'low' | 'medium' | 'high', price -> evidence: int | null, answer: int | null`,
  ),
  { priority95: '', passage: 0.5, currency: 'low', price: '' },
)
export const { language: languageOf96, topic: topicOf96 } = answer(
  signature(
    `ticket96: list[str], email, author -> language: Literal['positive', 'negative', 'neutral'], topic: list[str], history: 'low' | 'medium' | 'high'`,
  ),
  { ticket96: [''], email: '', author: '' },
)
export const { plan: planOf97, author: authorOf97 } = answer(
  signature(
    `email97: Literal['yes','no'], keywords: list[str], question: bool -> plan: number, author: list[str], country: float`,
  ),
  { email97: 'no', keywords: [''], question: true },
)
export const { verdict: verdictOf98, score: scoreOf98 } = answer(
  signature(
    `topic98: string, author: Optional[str], keywords, amount: number -> verdict: int | null, score: dict[str, float]`,
  ),
  { topic98: '', author: null, keywords: '', amount: 0.5 },
)
export const { query: queryOf99, currency: currencyOf99 } = answer(
  signature(
    `city99: int | null, audience: number -> query: Optional[str], currency: Optional[str], price: string[], country: string[]`,
  ),
  { city99: null, audience: 0.5 },
)
export const { subject: subjectOf100, currency: currencyOf100 } = answer(
  signature(`topic100?: float, confidence: list[int] -> subject, currency: float, label, author: float`),
  { topic100: 1, confidence: [1] },
)
export const { confidence: confidenceOf101, language: languageOf101 } = answer(
  signature(
    `plan101: list[str], price: dict[str, float] -> confidence, language?: float, score: dict[str, float], label: string`,
  ),
  { plan101: [''], price: { a: 1 } },
)
export const { evidence: evidenceOf102, query: queryOf102 } = answer(
  signature(`step102: string, body, reason: int -> evidence: list[int], query, category: string`),
  { step102: '', body: '', reason: 1 },
)
export const { document: documentOf103, claim: claimOf103 } = answer(
  signature(`body103: boolean, answer: int, priority, customer? -> document: bool, claim`),
  { body103: false, answer: 1, priority: '', customer: null },
)
export const { passage: passageOf104, author: authorOf104 } = answer(
  signature(
    `label104: 'low' | 'medium' | 'high', verdict: number, subject: Literal['yes','no'], keywords?: float -> passage, author: str`,
  ),
  { label104: 'low', verdict: 0.5, subject: 'no', keywords: 1 },
)
export const { author: authorOf105, evidence: evidenceOf105 } = answer(
  signature(
    `quantity105: Literal['positive', 'negative', 'neutral'], passage: dict[str, float], document -> author: string, evidence?: float, query: Optional[str]`,
  ),
  { quantity105: 'neutral', passage: { a: 1 }, document: '' },
)
export const { document: documentOf106, language: languageOf106 } = answer(
  signature(
    `evidence106: list[int], topic: float, date: str, email: Literal['positive', 'negative', 'neutral'] -> document: dict[str, float], language: str`,
  ),
  { evidence106: [1], topic: 0.5, date: '', email: 'neutral' },
)
export const { plan: planOf107, query: queryOf107 } = answer(
  signature(
    `keywords107: bool, audience: list[int] -> plan: Optional[str], query: float, title: int | null, priority: bool`,
  ),
  { keywords107: true, audience: [1] },
)
export const { category: categoryOf108, query: queryOf108 } = answer(
  signature(
    `email108: Literal['positive', 'negative', 'neutral'], topic, document: Optional[str], audience: 'low' | 'medium' | 'high' -> category: number, query: dict[str, float]`,
  ),
  { email108: 'neutral', topic: '', document: null, audience: 'low' },
)
export const { confidence: confidenceOf109, priority: priorityOf109 } = answer(
  signature(
    `ticket109: string[], city: string, label: list[int], reply: str -> confidence: Optional[str], priority?: float`,
  ),
  { ticket109: [''], city: '', label: [1], reply: '' },
)
export const { date: dateOf110, customer: customerOf110 } = answer(
  signature(
    `answer110, query: Optional[str], amount: Literal['yes','no'] -> date: bool, customer: string[], subject: float`,
  ),
  { answer110: '', query: null, amount: 'no' },
)
export const { price: priceOf111, question: questionOf111 } = answer(
  signature(`topic111: string[], amount -> price: number, question: string, order: string[], label`),
  { topic111: [''], amount: '' },
)
export const { body: bodyOf112, document: documentOf112 } = answer(
  signature(`email112: bool, history: int, question: dict[str, float] -> body?: float, document: str, plan: string`),
  { email112: true, history: 1, question: { a: 1 } },
)
export const { title: titleOf113, order: orderOf113 } = answer(
  signature(
    `step113: 'low' | 'medium' | 'high', author: dict[str, float] -> title: number, order: list[int], evidence: list[str], keywords?: float`,
  ),
  { step113: 'low', author: { a: 1 } },
)
export const { query: queryOf114, summary: summaryOf114 } = answer(
  signature(
    `price114: float, customer: boolean -> query: number, summary: string[], amount: 'low' | 'medium' | 'high', score`,
  ),
  { price114: 0.5, customer: false },
)
export const { quantity: quantityOf115, reason: reasonOf115 } = answer(
  signature(`reply115: dict[str, float], score?, answer -> quantity, reason: dict[str, float], country: int`),
  { reply115: { a: 1 }, score: null, answer: '' },
)
export const { ticket: ticketOf116, amount: amountOf116 } = answer(
  signature(`author116: Optional[str], confidence: int | null, body: string, email: string -> ticket: bool, amount?`),
  { author116: null, confidence: null, body: '', email: '' },
)
export const { document: documentOf117, customer: customerOf117 } = answer(
  signature(
    `currency117, topic? -> document: list[str], customer: Literal['positive', 'negative', 'neutral'], keywords: string[], summary: Literal['yes','no']`,
  ),
  { currency117: '', topic: null },
)
export const { language: languageOf118, email: emailOf118 } = answer(
  signature(
    `answer118, customer, evidence?: float, priority: bool -> language: list[int], email: 'low' | 'medium' | 'high'`,
  ),
  { answer118: '', customer: '', evidence: 1, priority: true },
)
export const { city: cityOf119, sentiment: sentimentOf119 } = answer(
  signature(
    `body119: Optional[str], author: 'low' | 'medium' | 'high' -> city, sentiment: dict[str, float], language?, keywords: str`,
  ),
  { body119: null, author: 'low' },
)
export const { passage: passageOf120, score: scoreOf120 } = answer(
  signature(
    `country120: float, ticket: Literal['positive', 'negative', 'neutral'], keywords -> passage, score: bool, title: 'low' | 'medium' | 'high'`,
  ),
  { country120: 0.5, ticket: 'neutral', keywords: '' },
)
export const { summary: summaryOf121, title: titleOf121 } = answer(
  signature(`plan121: boolean, language: number -> summary: boolean, title, query: int, keywords?`),
  { plan121: false, language: 0.5 },
)
export const { step: stepOf122, priority: priorityOf122 } = answer(
  signature(
    `history122, query: 'low' | 'medium' | 'high', language?: float -> step: list[str], priority: number, body: number`,
  ),
  { history122: '', query: 'low', language: 1 },
)
export const { date: dateOf123, keywords: keywordsOf123 } = answer(
  signature(
    `quantity123, sentiment: string[], city: Optional[str], currency: dict[str, float] -> date: float, keywords: bool`,
  ),
  { quantity123: '', sentiment: [''], city: null, currency: { a: 1 } },
)
export const { label: labelOf124, ticket: ticketOf124 } = answer(
  signature(
    `passage124: 'low' | 'medium' | 'high', priority?: float, context: Optional[str] -> label: int, ticket: string[], evidence`,
  ),
  { passage124: 'low', priority: 1, context: null },
)
export const { currency: currencyOf125, quantity: quantityOf125 } = answer(
  signature(
    `evidence125: list[int], city: list[str] -> currency: 'low' | 'medium' | 'high', quantity: list[int], summary?: float, plan: Literal['yes','no']`,
  ),
  { evidence125: [1], city: [''] },
)
export const { country: countryOf126, audience: audienceOf126 } = answer(
  signature(
    `customer126: list[int], language: number -> country: float, audience: float, summary: list[int], subject: Literal['yes','no']`,
  ),
  { customer126: [1], language: 0.5 },
)
export const { history: historyOf127, audience: audienceOf127 } = answer(
  signature(`currency127: dict[str, float], claim?, summary -> history, audience?, priority: dict[str, float]`),
  { currency127: { a: 1 }, claim: null, summary: '' },
)
export const { summary: summaryOf128, price: priceOf128 } = answer(
  signature(
    `reply128: Literal['yes','no'], query?: string, reason?: float, claim -> summary: Literal['positive', 'negative', 'neutral'], price: boolean`,
  ),
  { reply128: 'no', query: '', reason: 1, claim: '' },
)
export const { question: questionOf129, amount: amountOf129 } = answer(
  signature(
    `audience129: Optional[str], score: Optional[str] -> question: Literal['positive', 'negative', 'neutral'], amount: list[str], order, context: dict[str, float]`,
  ),
  { audience129: null, score: null },
)
export const { date: dateOf130, keywords: keywordsOf130 } = answer(
  signature(`query130: bool, priority: number, score: string -> date?, keywords: list[int], ticket?: float`),
  { query130: true, priority: 0.5, score: '' },
)
export const { claim: claimOf131, subject: subjectOf131 } = answer(
  signature(
    `keywords131?, label, reply: Literal['positive', 'negative', 'neutral'] -> claim: boolean, subject, currency: string[]`,
  ),
  { keywords131: null, label: '', reply: 'neutral' },
)
export const { passage: passageOf132, quantity: quantityOf132 } = answer(
  signature(
    `sentiment132: 'low' | 'medium' | 'high', answer: Literal['yes','no'] -> passage: list[str], quantity?: string, body: Literal['positive', 'negative', 'neutral'], topic?: float`,
  ),
  { sentiment132: 'low', answer: 'no' },
)
export const { currency: currencyOf133, ticket: ticketOf133 } = answer(
  signature(
    `author133, quantity: Optional[str], score: float -> currency: int | null, ticket: int | null, label: bool`,
  ),
  { author133: '', quantity: null, score: 0.5 },
)
export const { order: orderOf134, country: countryOf134 } = answer(
  signature(
    `date134: list[int], score: dict[str, float], customer: bool, keywords? -> order: boolean, country: dict[str, float]`,
  ),
  { date134: [1], score: { a: 1 }, customer: true, keywords: null },
)
export const { context: contextOf135, keywords: keywordsOf135 } = answer(
  signature(
    `amount135: dict[str, float], priority: boolean, order: str -> context?: string, keywords: boolean, confidence: Literal['yes','no']`,
  ),
  { amount135: { a: 1 }, priority: false, order: '' },
)
export const { reply: replyOf136, verdict: verdictOf136 } = answer(
  signature(
    `date136: dict[str, float], step: dict[str, float], evidence -> reply: list[str], verdict: Literal['positive', 'negative', 'neutral'], title: boolean`,
  ),
  { date136: { a: 1 }, step: { a: 1 }, evidence: '' },
)
export const { context: contextOf137, language: languageOf137 } = answer(
  signature(
    `order137: list[int], sentiment: Literal['positive', 'negative', 'neutral'], history: list[str], query: list[int] -> context: 'low' | 'medium' | 'high', language: number`,
  ),
  { order137: [1], sentiment: 'neutral', history: [''], query: [1] },
)
export const { query: queryOf138, body: bodyOf138 } = answer(
  signature(
    `reason138: boolean, plan: Literal['positive', 'negative', 'neutral'], sentiment: int -> query?, body: string[], summary: int | null`,
  ),
  { reason138: false, plan: 'neutral', sentiment: 1 },
)
export const { evidence: evidenceOf139, price: priceOf139 } = answer(
  signature(
    `subject139: int, score: string[], reply: int | null -> evidence?, price: int | null, reason: Literal['yes','no']`,
  ),
  { subject139: 1, score: [''], reply: null },
)
export const { step: stepOf140, currency: currencyOf140 } = answer(
  signature(`title140: string, summary: dict[str, float] -> step?, currency, body: Optional[str], topic: int | null`),
  { title140: '', summary: { a: 1 } },
)
export const { label: labelOf141, confidence: confidenceOf141 } = answer(
  signature(
    `customer141: list[str], currency, score: Literal['positive', 'negative', 'neutral'], evidence?: string -> label, confidence: list[str]`,
  ),
  { customer141: [''], currency: '', score: 'neutral', evidence: '' },
)
export const { sentiment: sentimentOf142, order: orderOf142 } = answer(
  signature(
    `email142, context: list[int], language: bool -> sentiment: Literal['positive', 'negative', 'neutral'], order: Literal['yes','no'], score: string`,
  ),
  { email142: '', context: [1], language: true },
)
export const { audience: audienceOf143, subject: subjectOf143 } = answer(
  signature(
    `sentiment143, history: number -> audience: string, subject: list[int], language: Optional[str], claim: bool`,
  ),
  { sentiment143: '', history: 0.5 },
)
export const { query: queryOf144, confidence: confidenceOf144 } = answer(
  signature(
    `city144: list[int], audience -> query: Literal['positive', 'negative', 'neutral'], confidence: string[], language: 'low' | 'medium' | 'high', currency`,
  ),
  { city144: [1], audience: '' },
)
export const { reason: reasonOf145, email: emailOf145 } = answer(
  signature(`title145: string[], context: string, price: dict[str, float], author: int | null -> reason: float, email`),
  { title145: [''], context: '', price: { a: 1 }, author: null },
)
export const { document: documentOf146, email: emailOf146 } = answer(
  signature(
    `verdict146: Literal['positive', 'negative', 'neutral'], step: Literal['positive', 'negative', 'neutral'], keywords -> document, email: int | null, city: string`,
  ),
  { verdict146: 'neutral', step: 'neutral', keywords: '' },
)
export const { plan: planOf147, evidence: evidenceOf147 } = answer(
  signature(
    `context147: int, step: list[int], city: Literal['positive', 'negative', 'neutral'], verdict: string -> plan: int | null, evidence: int`,
  ),
  { context147: 1, step: [1], city: 'neutral', verdict: '' },
)
export const { score: scoreOf148, reply: replyOf148 } = answer(
  signature(
    `category148: int, context: Optional[str], date?: float -> score: 'low' | 'medium' | 'high', reply: bool, label: list[int]`,
  ),
  { category148: 1, context: null, date: 1 },
)
export const { summary: summaryOf149, keywords: keywordsOf149 } = answer(
  signature(
    `customer149: int | null, order, answer: number -> summary: dict[str, float], keywords: number, verdict: float`,
  ),
  { customer149: null, order: '', answer: 0.5 },
)
export const { question: questionOf150, document: documentOf150 } = answer(
  signature(
    `score150: string[], body: boolean, ticket: list[str] -> question: string, document: Literal['yes','no'], summary?`,
  ),
  { score150: [''], body: false, ticket: [''] },
)
export const { sentiment: sentimentOf151, priority: priorityOf151 } = answer(
  signature(`reason151: list[str], step: string -> sentiment: float, priority: list[str], plan: str, score: list[str]`),
  { reason151: [''], step: '' },
)
export const { confidence: confidenceOf152, claim: claimOf152 } = answer(
  signature(`context152, title: list[int] -> confidence: list[int], claim?: float, topic: string[], priority: str`),
  { context152: '', title: [1] },
)
export const { date: dateOf153, email: emailOf153 } = answer(
  signature(`answer153, price: 'low' | 'medium' | 'high' -> date, email: boolean, summary?: float, country: list[str]`),
  { answer153: '', price: 'low' },
)
export const { evidence: evidenceOf154, amount: amountOf154 } = answer(
  signature(
    `customer154, subject: str -> evidence: str, amount, confidence: 'low' | 'medium' | 'high', audience: list[int]`,
  ),
  { customer154: '', subject: '' },
)
export const { subject: subjectOf155, query: queryOf155 } = answer(
  signature(
    `author155: Optional[str], priority: int -> subject: boolean, query: Literal['positive', 'negative', 'neutral'], evidence: Literal['yes','no'], reason?: float`,
  ),
  { author155: null, priority: 1 },
)
export const { email: emailOf156, keywords: keywordsOf156 } = answer(
  signature(
    `label156: int, plan: Literal['yes','no'], document: 'low' | 'medium' | 'high', confidence: int -> email: str, keywords: number`,
  ),
  { label156: 1, plan: 'no', document: 'low', confidence: 1 },
)
export const { passage: passageOf157, category: categoryOf157 } = answer(
  signature(
    `language157: number, title: float -> passage: Literal['positive', 'negative', 'neutral'], category: number, reason: int, priority: dict[str, float]`,
  ),
  { language157: 0.5, title: 0.5 },
)
export const { verdict: verdictOf158, quantity: quantityOf158 } = answer(
  signature(
    `evidence158: list[str], sentiment: string[] -> verdict, quantity: bool, amount: Optional[str], history?: string`,
  ),
  { evidence158: [''], sentiment: [''] },
)
export const { topic: topicOf159, country: countryOf159 } = answer(
  signature(`keywords159: boolean, label: boolean -> topic, country: list[str], title: int, reply: Optional[str]`),
  { keywords159: false, label: false },
)
export const { confidence: confidenceOf160, quantity: quantityOf160 } = answer(
  signature(
    `score160: dict[str, float], price: boolean -> confidence: Literal['yes','no'], quantity?: string, summary: string, topic: Optional[str]`,
  ),
  { score160: { a: 1 }, price: false },
)
export const { keywords: keywordsOf161, context: contextOf161 } = answer(
  signature(
    `history161: number, sentiment: int | null, customer: Literal['positive', 'negative', 'neutral'] -> keywords: int | null, context: float, summary: number`,
  ),
  { history161: 0.5, sentiment: null, customer: 'neutral' },
)
export const { customer: customerOf162, claim: claimOf162 } = answer(
  signature(
    `price162: int | null, verdict: Literal['yes','no'] -> customer: list[str], claim: bool, country, label?: string`,
  ),
  { price162: null, verdict: 'no' },
)
export const { country: countryOf163, passage: passageOf163 } = answer(
  signature(`topic163, price: bool, category: string[] -> country: str, passage, ticket: list[str]`),
  { topic163: '', price: true, category: [''] },
)
export const { body: bodyOf164, category: categoryOf164 } = answer(
  signature(
    `quantity164: boolean, country -> body: list[int], category: 'low' | 'medium' | 'high', passage?: float, language: 'low' | 'medium' | 'high'`,
  ),
  { quantity164: false, country: '' },
)
export const { body: bodyOf165, audience: audienceOf165 } = answer(
  signature(
    `history165: 'low' | 'medium' | 'high', answer, price: list[int], author: string -> body?: float, audience: float`,
  ),
  { history165: 'low', answer: '', price: [1], author: '' },
)
export const { city: cityOf166, step: stepOf166 } = answer(
  signature(`document166: str, score?: float, email: number, language: dict[str, float] -> city: Optional[str], step`),
  { document166: '', score: 1, email: 0.5, language: { a: 1 } },
)
export const { subject: subjectOf167, ticket: ticketOf167 } = answer(
  signature(
    `passage167: int, city: bool, history: int, order: Literal['positive', 'negative', 'neutral'] -> subject, ticket: str`,
  ),
  { passage167: 1, city: true, history: 1, order: 'neutral' },
)
export const { ticket: ticketOf168, subject: subjectOf168 } = answer(
  signature(
    `category168: boolean, country: bool -> ticket: Literal['positive', 'negative', 'neutral'], subject?: string, reply, email: list[str]`,
  ),
  { category168: false, country: true },
)
export const { email: emailOf169, score: scoreOf169 } = answer(
  signature(`author169, query: float -> email?: string, score, evidence?: float, price: string`),
  { author169: '', query: 0.5 },
)
export const { date: dateOf170, answer: answerOf170 } = answer(
  signature(
    `query170: int | null, confidence?: float, sentiment: Literal['yes','no'] -> date: list[str], answer: 'low' | 'medium' | 'high', keywords: string[]`,
  ),
  { query170: null, confidence: 1, sentiment: 'no' },
)
export const { query: queryOf171, document: documentOf171 } = answer(
  signature(`topic171, answer: int | null, body: int | null, history -> query: boolean, document: int`),
  { topic171: '', answer: null, body: null, history: '' },
)
export const { summary: summaryOf172, currency: currencyOf172 } = answer(
  signature(`keywords172, priority: Optional[str], sentiment -> summary, currency: list[str], label: Optional[str]`),
  { keywords172: '', priority: null, sentiment: '' },
)
export const { email: emailOf173, passage: passageOf173 } = answer(
  signature(
    `document173?: float, currency: Literal['yes','no'] -> email, passage: number, amount: list[int], category: int | null`,
  ),
  { document173: 1, currency: 'no' },
)
export const { priority: priorityOf174, keywords: keywordsOf174 } = answer(
  signature(
    `claim174: string[], ticket, score -> priority: dict[str, float], keywords: Literal['yes','no'], verdict: string[]`,
  ),
  { claim174: [''], ticket: '', score: '' },
)
export const { author: authorOf175, topic: topicOf175 } = answer(
  signature(`price175: int, language: int | null, ticket: Literal['yes','no'] -> author?: string, topic, city: number`),
  { price175: 1, language: null, ticket: 'no' },
)
export const { date: dateOf176, question: questionOf176 } = answer(
  signature(`sentiment176: number, summary: number, language -> date, question: dict[str, float], step`),
  { sentiment176: 0.5, summary: 0.5, language: '' },
)
export const { document: documentOf177, currency: currencyOf177 } = answer(
  signature(`quantity177: list[int], plan -> document: str, currency: float, step: list[int], score: float`),
  { quantity177: [1], plan: '' },
)
export const { label: labelOf178, verdict: verdictOf178 } = answer(
  signature(`history178: int, keywords, answer: dict[str, float] -> label, verdict, passage`),
  { history178: 1, keywords: '', answer: { a: 1 } },
)
export const { passage: passageOf179, document: documentOf179 } = answer(
  signature(`amount179: Optional[str], reply: str, order -> passage: bool, document: dict[str, float], author: bool`),
  { amount179: null, reply: '', order: '' },
)
export const { context: contextOf180, date: dateOf180 } = answer(
  signature(`score180: bool, email?: string -> context?: string, date: Literal['yes','no'], label, audience: string`),
  { score180: true, email: '' },
)
export const { confidence: confidenceOf181, evidence: evidenceOf181 } = answer(
  signature(`quantity181, verdict: int, step, subject?: float -> confidence?: float, evidence?: float`),
  { quantity181: '', verdict: 1, step: '', subject: 1 },
)
export const { price: priceOf182, priority: priorityOf182 } = answer(
  signature(
    `customer182: Optional[str], topic: dict[str, float] -> price: boolean, priority?, quantity: Literal['yes','no'], currency?`,
  ),
  { customer182: null, topic: { a: 1 } },
)
export const { price: priceOf183, summary: summaryOf183 } = answer(
  signature(
    `author183: 'low' | 'medium' | 'high', reply? -> price: Optional[str], summary, label: bool, language: list[str]`,
  ),
  { author183: 'low', reply: null },
)
export const { reply: replyOf184, topic: topicOf184 } = answer(
  signature(
    `city184: dict[str, float], verdict: list[int], plan: Optional[str] -> reply: float, topic: Literal['yes','no'], amount`,
  ),
  { city184: { a: 1 }, verdict: [1], plan: null },
)
export const { price: priceOf185, plan: planOf185 } = answer(
  signature(`customer185: boolean, date: int | null, author: string, reply: list[int] -> price?: float, plan: boolean`),
  { customer185: false, date: null, author: '', reply: [1] },
)
export const { evidence: evidenceOf186, history: historyOf186 } = answer(
  signature(
    `author186: Literal['yes','no'], confidence, customer: number -> evidence: list[str], history: number, answer: string[]`,
  ),
  { author186: 'no', confidence: '', customer: 0.5 },
)
export const { subject: subjectOf187, date: dateOf187 } = answer(
  signature(
    `answer187, step: string -> subject?: string, date: bool, label: 'low' | 'medium' | 'high', amount: Literal['positive', 'negative', 'neutral']`,
  ),
  { answer187: '', step: '' },
)
export const { reason: reasonOf188, title: titleOf188 } = answer(
  signature(
    `quantity188: bool, history: float -> reason: int, title: 'low' | 'medium' | 'high', price: dict[str, float], email: int`,
  ),
  { quantity188: true, history: 0.5 },
)
export const { topic: topicOf189, step: stepOf189 } = answer(
  signature(`date189: int | null, reason: string[], history: bool, quantity?: float -> topic: Optional[str], step?`),
  { date189: null, reason: [''], history: true, quantity: 1 },
)
export const { label: labelOf190, amount: amountOf190 } = answer(
  signature(`language190: float, author: Optional[str] -> label: number, amount, email, ticket: list[int]`),
  { language190: 0.5, author: null },
)
export const { city: cityOf191, ticket: ticketOf191 } = answer(
  signature(`email191: bool, topic, reason: string, confidence: string[] -> city: int, ticket: string[]`),
  { email191: true, topic: '', reason: '', confidence: [''] },
)
export const { author: authorOf192, history: historyOf192 } = answer(
  signature(
    `plan192: string[], context: int -> author: list[int], history?: float, sentiment: int | null, country: list[int]`,
  ),
  { plan192: [''], context: 1 },
)
export const { answer: answerOf193, context: contextOf193 } = answer(
  signature(`language193, step: list[int], currency: bool, topic: boolean -> answer: string, context: number`),
  { language193: '', step: [1], currency: true, topic: false },
)
export const { score: scoreOf194, audience: audienceOf194 } = answer(
  signature(
    `date194: 'low' | 'medium' | 'high', city: str, label: dict[str, float] -> score: string, audience: list[int], author: Literal['positive', 'negative', 'neutral']`,
  ),
  { date194: 'low', city: '', label: { a: 1 } },
)
export const { price: priceOf195, answer: answerOf195 } = answer(
  signature(
    `sentiment195, topic: dict[str, float], ticket?: float -> price: bool, answer: Optional[str], keywords: list[int]`,
  ),
  { sentiment195: '', topic: { a: 1 }, ticket: 1 },
)
export const { reply: replyOf196, keywords: keywordsOf196 } = answer(
  signature(`question196: string, plan?, ticket: boolean, city: Literal['yes','no'] -> reply: string, keywords`),
  { question196: '', plan: null, ticket: false, city: 'no' },
)
export const { history: historyOf197, keywords: keywordsOf197 } = answer(
  signature(`author197, topic: bool, date?: string -> history?: string, keywords: bool, sentiment?`),
  { author197: '', topic: true, date: '' },
)
export const { plan: planOf198, audience: audienceOf198 } = answer(
  signature(
    `customer198: str, topic: int, label: string[], reply: dict[str, float] -> plan: dict[str, float], audience`,
  ),
  { customer198: '', topic: 1, label: [''], reply: { a: 1 } },
)
export const { country: countryOf199, label: labelOf199 } = answer(
  signature(
    `ticket199: float, order: dict[str, float], document: string -> country: list[str], label?: string, category: Literal['yes','no']`,
  ),
  { ticket199: 0.5, order: { a: 1 }, document: '' },
)
