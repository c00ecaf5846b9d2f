import { describeAgents } from './buy-tea.ts'

describeAgents('Chromium')
