use crate::Vocabulary;
use llguidance::{api::TopLevelGrammar, Matcher};
use toktrie::SimpleVob;

/// One answer on its way through a grammar.
#[derive(Clone)]
pub struct Answer {
    /// Lives as long as its instance: vocabularies are never given back.
    of: *const Vocabulary,
    matcher: Matcher,
    allowed: SimpleVob,
    forced: Vec<u8>,
}

/// How many tokens before the end of a forced run could be written in another way, depending on what follows.
const UNCERTAIN: usize = 3;

impl Answer {
    pub fn begin(of: &Vocabulary, kind: u32, grammar: &str) -> Result<Self, String> {
        let tag = ["lark", "json", "regex"].get(kind as usize).ok_or("no such kind of grammar")?;
        let grammar = TopLevelGrammar::from_tagged_str(tag, grammar).map_err(|error| error.to_string())?;
        let matcher = Matcher::new(of.factory.create_parser(grammar));
        match matcher.get_error() {
            Some(reason) => Err(reason),
            None => Ok(Answer { of, matcher, allowed: SimpleVob::new(), forced: Vec::new() }),
        }
    }

    fn vocabulary(&self) -> &Vocabulary {
        // Made by `begin` from a reference, and vocabularies are never given back.
        unsafe { &*self.of }
    }

    pub fn mask(&mut self) -> Result<usize, String> {
        self.allowed = self.matcher.compute_mask_or_eos().map_err(|error| error.to_string())?;
        Ok(self.allowed.num_set())
    }

    pub fn words(&self) -> &[u32] {
        self.allowed.as_slice()
    }

    pub fn accept(&mut self, token: u32) -> Result<bool, String> {
        self.matcher.try_consume_tokens(&[token]).map(|taken| taken == 1).map_err(|error| error.to_string())
    }

    pub fn roll_back(&mut self, tokens: usize) -> Result<(), String> {
        self.matcher.rollback(tokens).map_err(|error| error.to_string())
    }

    pub fn ended(&self) -> bool {
        self.matcher.is_stopped()
    }

    pub fn forced(&mut self) -> &[u8] {
        self.forced = self.matcher.compute_ff_bytes();
        &self.forced
    }

    pub fn forced_bytes(&self) -> &[u8] {
        &self.forced
    }

    pub fn accept_forced(&mut self, tokens: &[u32]) -> Result<usize, String> {
        let mut rest = self.forced().to_vec();
        for (index, &token) in tokens.iter().enumerate() {
            let length = match self.vocabulary().words.get(token as usize) {
                Some(word) if !word.is_empty() && rest.starts_with(word) => word.len(),
                _ => return Ok(index),
            };
            if index + UNCERTAIN >= tokens.len() && self.may_cross(&rest)? {
                return Ok(index);
            }
            if !self.accept(token)? {
                return Ok(index);
            }
            rest.drain(..length);
        }
        Ok(tokens.len())
    }

    /// Whether a token may come that spells the rest of what is forced and goes on.
    fn may_cross(&mut self, rest: &[u8]) -> Result<bool, String> {
        if self.vocabulary().longer(rest).next().is_none() {
            return Ok(false);
        }
        self.mask()?;
        let crosses = self.vocabulary().longer(rest).any(|token| self.allowed.is_allowed(token));
        Ok(crosses)
    }
}
