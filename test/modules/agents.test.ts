import { describeAgents } from './buy-tea.ts'

describeAgents('the runtime of this project')
