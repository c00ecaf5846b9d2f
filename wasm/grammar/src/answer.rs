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
        let tag = ["lark", "json", "regex"]
            .get(kind as usize)
            .ok_or("no such kind of grammar")?;
        let grammar = TopLevelGrammar::from_tagged_str(tag, grammar).map_err(|error| error.to_string())?;
        let matcher = Matcher::new(of.factory.create_parser(grammar));
        match matcher.get_error() {
            Some(reason) => Err(reason),
            None => Ok(Answer {
                of,
                matcher,
                allowed: SimpleVob::new(),
                forced: Vec::new(),
            }),
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
        self.matcher
            .try_consume_tokens(&[token])
            .map(|taken| taken == 1)
            .map_err(|error| error.to_string())
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
        let crosses = self
            .vocabulary()
            .longer(rest)
            .any(|token| self.allowed.is_allowed(token));
        Ok(crosses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All single bytes, and a few words.
    const WORDS: [&str; 6] = ["ab", "abc", "true", "\": ", "yes", "no"];

    fn vocabulary() -> Vocabulary {
        let words = (0..255u8)
            .map(|byte| vec![byte])
            .chain(WORDS.iter().map(|word| word.as_bytes().to_vec()));
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for word in words {
            bytes.extend(word);
            ends.push(bytes.len() as u32);
        }
        Vocabulary::new(&bytes, &ends).unwrap()
    }

    fn word(text: &str) -> u32 {
        255 + WORDS.iter().position(|word| *word == text).unwrap() as u32
    }

    const END: u32 = 255 + WORDS.len() as u32;

    fn allowed(answer: &mut Answer) -> Vec<u32> {
        answer.mask().unwrap();
        (0..=END).filter(|&token| answer.allowed.is_allowed(token)).collect()
    }

    #[test]
    fn allows_the_tokens_that_a_regular_expression_goes_on_with() {
        let vocabulary = vocabulary();
        let mut answer = Answer::begin(&vocabulary, 2, "(yes|no)").unwrap();
        assert_eq!(
            allowed(&mut answer),
            [b'n' as u32, b'y' as u32, word("yes"), word("no")]
        );
        assert!(answer.accept(word("yes")).unwrap());
        assert!(answer.ended());
        assert_eq!(allowed(&mut answer), [END]);
    }

    #[test]
    fn refuses_a_token_and_stays_where_it_is() {
        let vocabulary = vocabulary();
        let mut answer = Answer::begin(&vocabulary, 2, "(yes|no)").unwrap();
        assert!(!answer.accept(word("true")).unwrap());
        assert!(answer.accept(b'n' as u32).unwrap());
        assert_eq!(answer.forced(), b"o");
    }

    #[test]
    fn takes_forced_tokens_up_to_where_a_longer_one_may_come() {
        let vocabulary = vocabulary();
        let mut answer = Answer::begin(&vocabulary, 2, "xab[cd]?!").unwrap();
        assert_eq!(answer.forced(), b"xab");
        let tokens = [b'x' as u32, word("ab")];
        assert_eq!(answer.accept_forced(&tokens).unwrap(), 1);
    }

    #[test]
    fn follows_a_schema_and_a_lark_grammar() {
        let vocabulary = vocabulary();
        let schema = r#"{"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"], "additionalProperties": false}"#;
        let mut answer = Answer::begin(&vocabulary, 1, schema).unwrap();
        for byte in b"{\"a\":" {
            assert!(answer.accept(*byte as u32).unwrap());
        }
        assert!(allowed(&mut answer).contains(&word("true")));
        assert!(!allowed(&mut answer).contains(&(b'1' as u32)));
        let mut answer = Answer::begin(&vocabulary, 0, "start: \"a\" B\nB: /[bc]+/").unwrap();
        assert_eq!(allowed(&mut answer), [b'a' as u32, word("ab"), word("abc")]);
    }

    #[test]
    fn tells_what_is_wrong_with_a_grammar() {
        let vocabulary = vocabulary();
        assert!(Answer::begin(&vocabulary, 0, "start: nobody")
            .err()
            .unwrap()
            .contains("nobody"));
        assert!(Answer::begin(&vocabulary, 1, "{\"type\": \"nope\"}")
            .err()
            .unwrap()
            .contains("nope"));
        assert!(Answer::begin(&vocabulary, 2, "(").is_err());
        assert!(Answer::begin(&vocabulary, 7, "").is_err());
    }

    #[test]
    fn copies_go_their_own_ways() {
        let vocabulary = vocabulary();
        let mut first = Answer::begin(&vocabulary, 2, "(yes|no)").unwrap();
        let mut second = first.clone();
        assert!(first.accept(word("yes")).unwrap());
        assert!(second.accept(word("no")).unwrap());
        assert!(first.ended() && second.ended());
    }
}
