use llguidance::ParserFactory;
use std::sync::Arc;
use toktrie::{ApproximateTokEnv, InferenceCapabilities, TokEnv, TokRxInfo, TokTrie};

/// Tokens that free text allows all at once, where it allows any of these characters: a mask then looks at the others only.
/// Those of quotes and backslashes are apart for text in JSON, brackets for text before a marker such as `[[ ## a ## ]]`.
const SLICES: [&str; 4] = [
    r#"[\x20\x0A\x0D\x09]+"#,
    r#"[^"\\\[\x00-\x1F\x7F]{1,10}"#,
    r#"[^"\\\[\x00-\x1F\x7F]{1,30}"#,
    r#"[^"\\\[\x00-\x1F\x7F]+"#,
];

/// The tokens of a model as a tree of their bytes, made once for all grammars.
pub struct Vocabulary {
    pub(crate) factory: ParserFactory,
    /// The bytes of each token; none for one that is never allowed.
    pub(crate) words: Vec<Vec<u8>>,
    /// Tokens with bytes, in the order of these.
    sorted: Vec<u32>,
}

impl Vocabulary {
    pub fn new(bytes: &[u8], ends: &[u32]) -> Result<Self, String> {
        let mut words = Vec::with_capacity(ends.len() + 1);
        let mut start = 0;
        for &end in ends {
            let word = bytes
                .get(start..end as usize)
                .ok_or("the ends of tokens are not in order")?;
            // In the tree this byte marks tokens that are no text; no text has it.
            words.push(if word.contains(&TokTrie::SPECIAL_TOKEN_MARKER) {
                Vec::new()
            } else {
                word.to_vec()
            });
            start = end as usize;
        }
        let end = words.len() as u32;
        words.push(Vec::new());
        let tree = TokTrie::from(&TokRxInfo::new(words.len() as u32, end), &words);
        let env: TokEnv = Arc::new(ApproximateTokEnv::new(tree));
        let mut factory = ParserFactory::new(&env, InferenceCapabilities::default(), &SLICES.map(String::from))
            .map_err(|error| error.to_string())?;
        factory.quiet();
        factory.limits_mut().verbose_errors = false;
        // One or two kilobytes each, of the memory that all answers share.
        factory.limits_mut().max_lexer_states = 50_000;
        let mut sorted: Vec<u32> = (0..end).filter(|&token| !words[token as usize].is_empty()).collect();
        sorted.sort_by(|&a, &b| words[a as usize].cmp(&words[b as usize]));
        Ok(Vocabulary { factory, words, sorted })
    }

    /// Tokens that begin with these bytes and have more.
    pub(crate) fn longer(&self, start: &[u8]) -> impl Iterator<Item = u32> + '_ {
        let from = self
            .sorted
            .partition_point(|&token| self.words[token as usize].as_slice() < start);
        let start = start.to_vec();
        let length = start.len();
        self.sorted[from..]
            .iter()
            .copied()
            .take_while(move |&token| self.words[token as usize].starts_with(&start))
            .filter(move |&token| self.words[token as usize].len() > length)
    }
}
